/** Bytes by their hash. What is stored never changes; storing it again changes nothing. */
export interface Documents {
  /** Stores the bytes durably and gives their SHA-256 as hex. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes of a hash. Throws `NotFound` where there are none, `InvariantBroken` where they are no longer the same. */
  get(hash: string): Promise<Buffer>;
}
