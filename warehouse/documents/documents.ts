/** Documents, stored under the hash of their bytes. A stored document never changes; storing it again has no effect. */
export interface Documents {
  /** Stores the bytes durably and returns their SHA-256 as hex. */
  put(bytes: Uint8Array): Promise<string>;
  /** Stores many documents durably, which takes less time than one by one; their hashes are in the order of the documents. */
  putAll(documents: readonly Uint8Array[]): Promise<string[]>;
  /** The bytes of a hash. Throws `NotFound` if there is no such document, `InvariantBroken` if its bytes have changed. */
  get(hash: string): Promise<Buffer>;
  /** Deletes the bytes of a hash for good; no error if there are none. Throws `Unavailable`. A bucket with versions keeps the old ones by its own rules. */
  delete(hash: string): Promise<void>;
}
