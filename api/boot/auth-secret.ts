import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Conflict } from '../../warehouse/errors.ts';
import { randomSecret } from '../../warehouse/ids.ts';

/** The secret that signs cookies, from a file of the data folder that only its owner may read; made at the first start. Throws `Conflict` for a damaged one. */
export async function readAuthSecret(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'auth-secret');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) {
    const made = randomSecret();
    await writeFile(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  }
  if (/^[0-9a-f]{64}\n$/.test(found)) return found.trim();
  throw new Conflict(
    `The file ${path} is damaged: it must have 64 hex digits. Restore it; if you remove it, everybody must log in again, and second factors must be set up anew.`,
  );
}
