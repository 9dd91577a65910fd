import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, Unavailable } from '../errors.ts';
import { randomId } from '../ids.ts';
import { sync, syncFolder } from '../sync-folder.ts';
import { forEachAtOnce } from './at-once.ts';
import { documentsByHash } from './by-hash.ts';
import type { Documents } from './documents.ts';

/** Documents in a folder, as `ab/abcdef…`: written to a temporary file and renamed, so that a document is always complete. */
export function documentsIn(folder: string): Documents {
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash);
  return documentsByHash({
    read: (hash) => read(pathOf(hash)),
    async remove(hash) {
      try {
        await rm(pathOf(hash), { force: true });
        await syncFolder(dirname(pathOf(hash))).catch(() => undefined);
      } catch (error) {
        throw new Unavailable(`A document could not be deleted in ${folder}: ${messageOf(error)}`);
      }
    },
    async storeAll(documents) {
      const parents = [...new Set([...documents.keys()].map((hash) => dirname(pathOf(hash))))];
      try {
        await forEachAtOnce(documents, {
          atOnce: AT_ONCE,
          work: async ([hash, bytes]) => {
            if (!existsSync(pathOf(hash))) await store(pathOf(hash), bytes);
          },
        });
        // Without this, a power failure may lose the names although the bytes are synced.
        await forEachAtOnce([...parents, folder], { atOnce: AT_ONCE, work: syncFolder });
      } catch (error) {
        throw new Unavailable(`A document could not be stored in ${folder}: ${messageOf(error)}`);
      }
    },
  });
}

/** Node does four file operations at a time; the others are left to the spool, whose callers wait for an answer. */
const AT_ONCE = 2;

/** Only the sync takes long; the other operations take longer as promises than by themselves. */
async function store(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), randomId('tmp'));
  try {
    const file = createFile(beside);
    try {
      writeFileSync(file, bytes);
      await sync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Opens a new file, in a folder that may be missing. */
function createFile(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx');
  }
}

/** The bytes, or undefined if there is no such file. Throws `Unavailable` if it cannot be read. */
async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Unavailable(`A document could not be read: ${messageOf(error)}`);
  }
}
