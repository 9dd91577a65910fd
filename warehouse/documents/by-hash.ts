import { NotFound } from '../errors.ts';
import { sha256Hex } from '../ids.ts';
import { invariant, requirePresent } from '../invariant.ts';
import type { Documents } from './documents.ts';

/** Where bytes are kept by their hash. */
interface BytesByHash {
  /** Stores what is not there yet, durably. Throws `Unavailable`. */
  storeAll(documents: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Undefined if there is nothing of this hash. Throws `Unavailable`. */
  read(hash: string): Promise<Buffer | undefined>;
  /** No error if there is nothing of this hash. Throws `Unavailable`. */
  remove(hash: string): Promise<void>;
}

/** Documents over such a place: what is read is what was stored. */
export function documentsByHash({ storeAll, read, remove }: BytesByHash): Documents {
  const putAll = async (documents: readonly Uint8Array[]): Promise<string[]> => {
    const hashed = documents.map((bytes) => [sha256Hex(bytes), bytes] as const);
    await storeAll(new Map(hashed));
    return hashed.map(([hash]) => hash);
  };
  return {
    putAll,
    delete: remove,
    async put(bytes) {
      const [hash] = await putAll([bytes]);
      return requirePresent(hash, 'A stored document has a hash.');
    },
    async get(hash) {
      const bytes = /^[0-9a-f]{64}$/.test(hash) ? await read(hash) : undefined;
      if (!bytes) throw new NotFound(`There is no document ${hash}.`);
      invariant(sha256Hex(bytes) === hash, `The document ${hash} no longer has the bytes that were stored.`);
      return bytes;
    },
  };
}
