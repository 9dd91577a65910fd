import type { DataKey } from './data-keys.ts';
import { type SealedValue, seal } from './sealed-value.ts';

/** A document as it is stored: sealed under a data key of its subject. */
export interface SealedDocument extends SealedValue {
  readonly data_key_id: string;
}

/** Seals a document for its subject; the bytes are JSON of a `SealedDocument`. */
export function sealBytes(bytes: Uint8Array, { id, key, subject }: DataKey & { readonly subject: string }): Buffer {
  const value: SealedDocument = {
    data_key_id: id,
    // What comes from another thread is no Buffer any more.
    ...seal(Buffer.from(bytes), { key: Buffer.from(key), place: placeOfDocument(subject) }),
  };
  return Buffer.from(JSON.stringify(value));
}

export const placeOfDocument = (subject: string): readonly string[] => ['document', subject];
