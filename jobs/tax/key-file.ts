import { open as openFile, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Conflict, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import { randomId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { syncFolder } from '../../warehouse/sync-folder.ts';
import { newKey, open, type SealedValue, seal } from './sealed-value.ts';
import type { TaxKeys } from './tax-keys.ts';

interface MasterKey {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: string;
}

/**
 * Master keys in a file that only its owner may read: `{"keys":[{"id":"tk_…","key":"…"}]}`, the first one current. It is read at each use, so a
 * new key needs no restart.
 */
export function readTaxKeys(path: string): TaxKeys {
  return {
    currentKeyId: async () => (await currentKey(path)).id,
    async wrap(dataKey, context) {
      const { id, key } = await currentKey(path);
      const sealed = seal(dataKey, { key: bytesOf(key), place: [id, context] });
      return { masterKeyId: id, wrappedKey: JSON.stringify(sealed) };
    },
    async unwrap({ masterKeyId, wrappedKey }, context) {
      const found = (await readKeys(path)).find(({ id }) => id === masterKeyId);
      if (!found) {
        throw new Unavailable(
          `Tax profiles that were sealed under the key ${masterKeyId} cannot be opened: it is not in ${path}; put it back there.`,
        );
      }
      return open(JSON.parse(wrappedKey) as SealedValue, { key: bytesOf(found.key), place: [masterKeyId, context] });
    },
  };
}

/** Creates the file with a key, or puts a new current key before those that it has. Returns all ids, the current one first. */
export async function addTaxKey(path: string): Promise<readonly string[]> {
  const earlier = await readKeys(path).catch((error: unknown) => {
    if (error instanceof MissingFile) return [];
    throw error;
  });
  const keys = [{ id: randomId('tk'), key: newKey().toString('base64') }, ...earlier];
  const beside = `${path}.new`;
  try {
    const file = await openFile(beside, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ keys }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw new Unavailable(
      `The key file ${path} cannot be written: ${causeOf(error, 'set TANTIEME_TAX_KEYS to another file')}`,
    );
  }
  return keys.map(({ id }) => id);
}

class MissingFile extends Unavailable {
  override name = 'MissingFile';
}

async function currentKey(path: string): Promise<MasterKey> {
  return requirePresent((await readKeys(path))[0], 'A key file has a key.');
}

const bytesOf = (key: string): Buffer => Buffer.from(key, 'base64');

async function readKeys(path: string): Promise<readonly MasterKey[]> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        throw new MissingFile(
          `There is no key file ${path}; create it with "tantieme tax keys create", or restore it.`,
        );
      }
      throw new Unavailable(`The key file ${path} cannot be read: ${messageOf(error)}; correct that.`);
    },
  );
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Unavailable(
      `The key file ${path} is not used: others may open it, for its mode is ${mode.toString(8)}; run: chmod 600 ${path}`,
    );
  }
  const keys = keysIn(await readFile(path, 'utf8'));
  if (keys) return keys;
  throw new Conflict(`The key file ${path} cannot be used: it is damaged; restore it from a backup.`);
}

/** Undefined if it is not a list of at least one key, each with an id of its own. */
function keysIn(text: string): readonly MasterKey[] | undefined {
  const keys = parsed(text);
  if (!Array.isArray(keys) || keys.length === 0) return undefined;
  const areKeys = keys.every(
    (each) => typeof each?.id === 'string' && typeof each.key === 'string' && bytesOf(each.key).length === 32,
  );
  return areKeys && new Set(keys.map(({ id }) => id)).size === keys.length ? keys : undefined;
}

function parsed(text: string): MasterKey[] | undefined {
  try {
    return (JSON.parse(text) as { keys?: MasterKey[] } | null)?.keys;
  } catch {
    return undefined;
  }
}
