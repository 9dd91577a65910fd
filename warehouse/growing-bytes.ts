const SMALLEST = 256;

/** Bytes to which more are added, in memory that doubles. */
export class GrowingBytes {
  #bytes = Buffer.alloc(0);
  length = 0;

  /** The memory that it takes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** A text in UTF-8 after its length in four bytes; lone surrogates are replaced. */
  addText(text: string): void {
    // No character has more than three bytes for each of its units.
    this.#reserve(4 + 3 * text.length);
    const from = this.length + 4;
    const byteCount = this.#bytes.write(text, from);
    this.#bytes.writeUInt32LE(byteCount, from - 4);
    this.length = from + byteCount;
  }

  /** A whole number in eight bytes; a number is a safe integer. */
  addInt64(value: number | bigint): void {
    this.#reserve(8);
    if (typeof value === 'bigint') this.#bytes.writeBigInt64LE(value, this.length);
    else {
      const high = Math.floor(value / 2 ** 32);
      this.#bytes.writeUInt32LE(value - high * 2 ** 32, this.length);
      this.#bytes.writeInt32LE(high, this.length + 4);
    }
    this.length += 8;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + count, SMALLEST));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
