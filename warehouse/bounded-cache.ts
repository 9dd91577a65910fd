/** Values by key. The oldest go as soon as all together are larger than `most`; one that is larger alone is not kept. */
export class BoundedCache<Value> {
  readonly #most: number;
  readonly #sizeOf: (value: Value) => number;
  readonly #kept = new Map<string, Value>();
  #size = 0;

  /** `most` is in the unit of `sizeOf`, which gives the same for a value each time. */
  constructor({ most, sizeOf }: { most: number; sizeOf: (value: Value) => number }) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  get(key: string): Value | undefined {
    return this.#kept.get(key);
  }

  set(key: string, value: Value): void {
    this.#remove(key);
    const size = this.#sizeOf(value);
    if (size > this.#most) return;
    this.#kept.set(key, value);
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#most) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const value = this.#kept.get(key);
    if (value === undefined) return;
    this.#kept.delete(key);
    this.#size -= this.#sizeOf(value);
  }
}
