import { setImmediate } from 'node:timers/promises';
import { instantOfMicros, microsOfInstant } from './clock.ts';
import { InvariantBroken } from './errors.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { invariant } from './invariant.ts';
import { isValid, setValid } from './validity.ts';
import type { Value, ValueRow } from './value.ts';
import type { TableShape } from './vocabulary/tables.ts';

/** How the values of a column are written: as text, or instants as microseconds since 1970 in eight bytes. */
export type Encoding = 'text' | 'instant';

/**
 * The values of a column without nulls, in the bytes in which Parquet has them: objects for each would keep the garbage collector busy.
 * A value that all rows have is held once.
 */
export class FilledColumn {
  readonly name: string;
  readonly encoding: Encoding;
  /** How many values it has. */
  length = 0;
  /** The first value, as text. */
  first = '';
  /** Whether all values are the same. */
  isConstant = true;
  #firstSize = 0;
  readonly #bytes = new GrowingBytes();
  /** One bit per row from the lowest, 1 where there is a value; undefined as long as no row is without one. */
  #validity: Uint8Array | undefined;
  #type: 'string' | 'number' | 'boolean' | 'bigint' = 'string';

  /** With the encoding `instant`, each value is an instant such as `2026-01-31T23:59:59.999Z`, with at most six decimal places. */
  constructor(name: string, encoding: Encoding = 'text') {
    this.name = name;
    this.encoding = encoding;
  }

  /** The memory that the values take, each by itself: so they are written if not all rows have the same one. */
  get byteCount(): number {
    const values = this.isConstant ? this.length * this.#firstSize : this.#bytes.capacity;
    return values + (this.#validity?.length ?? 0);
  }

  /** Adds the value of a row; rows are added in order. Lone surrogates are replaced. Throws `InvariantBroken` for NaN and infinity. */
  add(row: number, value: Exclude<Value, null>): void {
    if (this.#validity !== undefined || row !== this.length) this.#setBit(row);
    const text = typeof value === 'string' ? value : this.#textOf(value);
    if (this.length === 0) {
      this.first = text;
      this.#firstSize = 4 + Buffer.byteLength(text);
    } else if (this.isConstant && text !== this.first) this.#writeFirst();
    if (!this.isConstant) this.#write(text);
    this.length++;
  }

  /** All values, one after the other. */
  bytes(): Buffer {
    if (this.isConstant) this.#writeFirst();
    return this.#bytes.bytes();
  }

  /** Which of these rows have a value, one bit each; undefined if all have. */
  validity(rowCount: number): Uint8Array | undefined {
    if (this.length === rowCount) return undefined;
    const bits = new Uint8Array(Math.ceil(rowCount / 8));
    if (this.#validity) bits.set(this.#validity.subarray(0, bits.length));
    else for (let row = 0; row < this.length; row++) setValid(bits, row);
    return bits;
  }

  /** The values. All that were added must have had one type. */
  *values(): Generator<Exclude<Value, null>> {
    const bytes = this.bytes();
    for (let from = 0; from < bytes.length; ) {
      if (this.encoding === 'instant') {
        yield instantOfMicros(bytes.readBigInt64LE(from));
        from += 8;
      } else {
        const to = from + 4 + bytes.readUInt32LE(from);
        yield this.#valueOf(bytes.toString('utf8', from + 4, to));
        from = to;
      }
    }
  }

  /** The text from which the engine reads the value exactly. */
  #textOf(value: number | boolean | bigint): string {
    this.#type = typeof value as 'number' | 'boolean' | 'bigint';
    if (typeof value !== 'number') return String(value);
    invariant(Number.isFinite(value), `The column ${this.name} cannot store ${value}, which is not a finite number.`);
    return Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? BigInt(value).toString() : String(value);
  }

  #valueOf(text: string): Exclude<Value, null> {
    if (this.#type === 'number') return Number(text);
    if (this.#type === 'bigint') return BigInt(text);
    return this.#type === 'boolean' ? text === 'true' : text;
  }

  #writeFirst(): void {
    this.isConstant = false;
    for (let position = 0; position < this.length; position++) this.#write(this.first);
  }

  #write(text: string): void {
    if (this.encoding === 'instant') this.#bytes.addInt64(microsOfInstant(text));
    else this.#bytes.addText(text);
  }

  #setBit(row: number): void {
    const before = this.#validity ?? new Uint8Array(0);
    if (before.length * 8 <= row) {
      const larger = new Uint8Array(Math.max(before.length * 2, (row >> 3) + 1, 16));
      larger.set(before);
      if (!this.#validity) for (let each = 0; each < this.length; each++) setValid(larger, each);
      this.#validity = larger;
    }
    if (this.#validity) setValid(this.#validity, row);
  }
}

/** Rows column by column. A row has null in a column without a value for it. */
export interface FilledColumns {
  readonly rowCount: number;
  readonly columns: readonly FilledColumn[];
}

/** Few enough to be read within a few milliseconds: then others get their turn, such as requests of the gateway. */
const ROWS_A_TURN = 256;

/** The columns of a table that these rows fill. Throws `InvariantBroken` if a row has a column that the table does not have. */
export async function fillColumns(table: TableShape, rows: readonly ValueRow[]): Promise<FilledColumns> {
  const columns = new Map(table.columns.map(({ name }) => [name, new FilledColumn(name)]));
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_A_TURN === 0) await setImmediate();
    for (const name in row) {
      const column = columns.get(name);
      if (!column) throw new InvariantBroken(`A row cannot be written to ${table.name}: it has no column ${name}.`);
      const value = row[name] ?? null;
      if (value !== null) column.add(index, value);
    }
  }
  return { rowCount: rows.length, columns: [...columns.values()].filter(({ length }) => length > 0) };
}

/** The rows that these columns hold. The values of each must have one type. */
export function rowsOfColumns({ rowCount, columns }: FilledColumns): ValueRow[] {
  const rows = Array.from({ length: rowCount }, (): Record<string, Value> => ({}));
  for (const column of columns) {
    const validity = column.validity(rowCount);
    const values = column.values();
    for (const [index, row] of rows.entries()) {
      if (validity && !isValid(validity, index)) continue;
      row[column.name] = values.next().value ?? null;
    }
  }
  return rows;
}
