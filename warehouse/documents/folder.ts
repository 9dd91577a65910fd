import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, NotFound, Unavailable } from '../errors.ts';
import { randomId, sha256Hex } from '../ids.ts';
import { invariant } from '../invariant.ts';
import { syncFolder } from '../sync-folder.ts';
import type { Documents } from './documents.ts';

/** Documents in a folder, as `ab/abcdef…`: written to a temporary file and renamed, so that a document is always complete. */
export function documentsIn(folder: string): Documents {
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash);
  return {
    async put(bytes) {
      const hash = sha256Hex(bytes);
      const path = pathOf(hash);
      if (await exists(path)) return hash;
      try {
        await mkdir(dirname(path), { recursive: true });
        await store(path, bytes);
        // Without this, a power failure may lose the names although the bytes are synced.
        for (const named of [dirname(path), folder]) await syncFolder(named);
      } catch (error) {
        throw new Unavailable(`A document could not be stored in ${folder}: ${messageOf(error)}`);
      }
      return hash;
    },
    async get(hash) {
      const bytes = /^[0-9a-f]{64}$/.test(hash) ? await read(pathOf(hash)) : undefined;
      if (!bytes) throw new NotFound(`There is no document ${hash}.`);
      invariant(sha256Hex(bytes) === hash, `The document ${hash} no longer has the bytes that were stored.`);
      return bytes;
    },
  };
}

async function store(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), randomId('tmp'));
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
