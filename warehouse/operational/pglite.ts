import { access, constants, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGliteDialect } from 'kysely';
import { isDiskFull } from '../disk-space.ts';
import { Conflict, messageOf, Unavailable } from '../errors.ts';
import { PreparedPGlite } from './prepared-pglite.ts';
import { parsers } from './values.ts';

/** The major version of PostgreSQL that our PGlite is, and so of the folders that it can open. */
const POSTGRES_VERSION = '18';

/** PostgreSQL in this process. Throws `Conflict` for a folder that it cannot open; without one it keeps all in memory. */
export async function openPglite(folder: string | undefined): Promise<PGliteDialect> {
  if (!folder) return new PGliteDialect({ pglite: await PreparedPGlite.open({ parsers }) });
  await assertUsable(folder);
  try {
    return new PGliteDialect({ pglite: await PreparedPGlite.open({ dataDir: folder, parsers }) });
  } catch (cause) {
    // PGlite says no more than that it was aborted.
    if (await isDiskFull(folder)) throw diskFull(folder, cause);
    throw new Conflict(`The control store in ${folder} cannot be opened: it is damaged; restore it from a backup.`, {
      cause,
    });
  }
}

/** PGlite itself would make a new store over what is left of an old one that has lost its PG_VERSION. */
async function assertUsable(folder: string): Promise<void> {
  let files: string[];
  try {
    await mkdir(folder, { recursive: true });
    files = await readdir(folder);
  } catch (error) {
    throw cannotUse(folder, error);
  }
  if (files.length === 0) return;
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
  if (version === POSTGRES_VERSION) {
    await access(join(folder, 'PG_VERSION'), constants.R_OK | constants.W_OK).catch((error: unknown) => {
      throw cannotUse(folder, error);
    });
    return;
  }
  if (version === undefined || !/^\d+$/.test(version)) {
    throw new Conflict(
      `The control store in ${folder} cannot be opened: its file PG_VERSION is ${version === undefined ? 'missing' : 'damaged'}; restore the folder from a backup, or remove it if it was never used.`,
    );
  }
  throw new Conflict(
    `The control store in ${folder} cannot be opened: it is of PostgreSQL ${version}, and this version reads ${POSTGRES_VERSION}; use the version of Tantieme that wrote it.`,
  );
}

function cannotUse(folder: string, error: unknown): Unavailable {
  return new Unavailable(
    `The control store in ${folder} cannot be opened: ${messageOf(error)}; correct the folder or its permissions, or set OPERATIONAL_URL to another one.`,
  );
}

function diskFull(folder: string, cause: unknown): Unavailable {
  return new Unavailable(
    `The control store in ${folder} cannot be opened: the disk is full; free space on it and try again.`,
    { cause },
  );
}
