import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invariant } from '../check.ts';
import { NotFound, Unavailable } from '../errors.ts';
import { randomId, sha256Hex } from '../ids.ts';
import type { Documents } from './documents.ts';

/** Documents in a folder: `ab/abcdef…`, written beside and renamed, so that a name always has all of its bytes. */
export function documentsIn(folder: string): Documents {
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash);
  return {
    async put(bytes) {
      const hash = sha256Hex(bytes);
      const path = pathOf(hash);
      if (await exists(path)) return hash;
      try {
        await mkdir(dirname(path), { recursive: true });
        const beside = join(dirname(path), randomId('tmp'));
        const handle = await open(beside, 'wx');
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(beside, path);
      } catch (error) {
        throw new Unavailable(`A document could not be stored in ${folder}: ${(error as Error).message}`);
      }
      return hash;
    },
    async get(hash) {
      const bytes = /^[0-9a-f]{64}$/.test(hash) ? await readFile(pathOf(hash)).catch(() => undefined) : undefined;
      if (!bytes) throw new NotFound(`There is no document ${hash}.`);
      invariant(sha256Hex(bytes) === hash, `The document ${hash} no longer has the bytes that were stored.`);
      return bytes;
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
