import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex, sha256HexOfFile } from '../../warehouse/ids.ts';
import type { DatabaseFiles, PublishedFile } from '../../warehouse/published/database-files.ts';
import type { PublishedTable } from '../../warehouse/published/published-table.ts';
import { PARQUET_FOLDER } from './folders.ts';

/** Beside the folders: what was written, by table and file name. */
const CONTENTS_FILE = 'parquet.json';
type Contents = Readonly<Record<string, Readonly<Record<string, Written>>>>;

interface Written {
  /** A hash of the columns and rows. */
  readonly content: string;
  /** SHA-256 of the bytes. */
  readonly file_hash: string;
}

/**
 * Writes the Parquet files of tables into the folder of a version: one for each period, or one for a table without periods or rows. A file of the version in `before`
 * that has the same is linked instead, unless its bytes are no longer those that were written.
 */
export async function writeParquet(
  files: Pick<DatabaseFiles, 'open'>,
  {
    database,
    folder,
    tables,
    before,
  }: { database: string; folder: string; tables: readonly PublishedTable[]; before?: string | undefined },
): Promise<void> {
  const known = before === undefined ? {} : await contentsOf(before);
  const contents: Record<string, Record<string, Written>> = {};
  const opened = await files.open(database);
  try {
    for (const table of tables) {
      const below = join(PARQUET_FOLDER, table.name);
      await mkdir(join(folder, below), { recursive: true });
      const ofTable: Record<string, Written> = {};
      for (const { period, content } of await partsOf(opened, table)) {
        const name = `${period || table.name}.parquet`;
        const path = join(folder, below, name);
        const former = known[table.name]?.[name];
        const isLinked =
          before !== undefined && former?.content === content && (await isLinkedTo(join(before, below, name), path));
        if (isLinked && (await sha256HexOfFile(path)) === former.file_hash) {
          ofTable[name] = former;
          continue;
        }
        // Not into a file that the version before has too.
        await rm(path, { force: true });
        await opened.parquet({ table, period, path });
        ofTable[name] = { content, file_hash: await sha256HexOfFile(path) };
      }
      contents[table.name] = ofTable;
    }
  } finally {
    opened.close();
  }
  await writeFile(join(folder, CONTENTS_FILE), JSON.stringify(contents));
}

/** A table without personal columns has the same files for both roles. */
export async function linkParquet(from: string, to: string, tables: readonly PublishedTable[]): Promise<void> {
  for (const { name } of tables) {
    const folder = join(to, PARQUET_FOLDER, name);
    await mkdir(folder, { recursive: true });
    for (const file of await readdir(join(from, PARQUET_FOLDER, name))) {
      await link(join(from, PARQUET_FOLDER, name, file), join(folder, file));
    }
  }
}

/** The periods of a table, each with a hash of its columns and rows. A table without rows has one too, so that its columns are known. */
async function partsOf(file: PublishedFile, table: PublishedTable): Promise<{ period: string; content: string }[]> {
  const parts = await file.contents(table);
  const shape = [table.key, table.columns.map(({ name, type }) => [name, type])];
  return (parts.length === 0 ? [{ period: '', fingerprint: '' }] : parts).map(({ period, fingerprint }) => ({
    ...{ period, content: sha256Hex(JSON.stringify([shape, fingerprint])) },
  }));
}

/** None where the version is gone or was written before there was such a file. */
async function contentsOf(version: string): Promise<Contents> {
  try {
    return JSON.parse(await readFile(join(version, CONTENTS_FILE), 'utf8')) as Contents;
  } catch {
    return {};
  }
}

/** False if the file is gone, or the file system has no links. */
function isLinkedTo(file: string, path: string): Promise<boolean> {
  return link(file, path).then(
    () => true,
    () => false,
  );
}
