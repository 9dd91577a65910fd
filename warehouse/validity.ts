/** Which rows of a column have a value: one bit for each, from the lowest of the first byte on. */

/** Says that a row has a value. */
export function setValid(validity: Uint8Array, row: number): void {
  validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
}

export const isValid = (validity: Uint8Array, row: number): boolean =>
  (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
