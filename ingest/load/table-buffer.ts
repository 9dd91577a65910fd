import { FilledColumn, type FilledColumns } from '../../warehouse/filled-columns.ts';
import type { JsonValue } from '../../warehouse/json.ts';
import { type Coerced, type ColumnType, coerce } from '../rudder/types.ts';

/** A column of a raw table, and its values that are not written yet. */
export interface BufferedColumn {
  readonly type: ColumnType;
  filled: FilledColumn;
}

/** A value with its inferred type. */
export interface Cell {
  readonly value: JsonValue;
  readonly type: ColumnType;
}

/** The columns of a raw table, and its rows that are not written yet. */
export class TableBuffer {
  readonly columns = new Map<string, BufferedColumn>();
  /** Whether it has columns that the warehouse does not have yet. */
  hasNewColumns = false;
  /** Lists of columns that it has all of. */
  readonly complete = new WeakSet<readonly string[]>();
  #rowCount = 0;
  #byteCount = 0;

  get rowCount(): number {
    return this.#rowCount;
  }

  /** The memory that the rows take. */
  get byteCount(): number {
    return this.#byteCount;
  }

  types(): Record<string, ColumnType> {
    return Object.fromEntries([...this.columns].map(([name, { type }]) => [name, type]));
  }

  addColumn(name: string, type: ColumnType): BufferedColumn {
    const column = { type, filled: filledColumn(name, type) };
    this.columns.set(name, column);
    return column;
  }

  /** Begins a row, which has no value yet. */
  addRow(): void {
    this.#rowCount++;
  }

  /** Sets a value of the last row, converted to the type of the column; returns what is to be discarded instead, if it does not fit. */
  put(column: BufferedColumn, { value, type }: Cell): Extract<Coerced, { discarded: string }> | undefined {
    if (value === null) return undefined;
    // The fast path for nearly every value.
    if (type === column.type && typeof value === 'string') {
      this.#add(column, value);
      return undefined;
    }
    const coerced = coerce(column.type, type, value);
    if (!('stored' in coerced)) return coerced;
    const { stored } = coerced;
    if (stored !== null && typeof stored !== 'object') this.#add(column, stored);
    return undefined;
  }

  /** Takes the rows out of the buffer. */
  take(): FilledColumns {
    const columns: FilledColumn[] = [];
    for (const [name, column] of this.columns) {
      if (column.filled.length === 0) continue;
      columns.push(column.filled);
      column.filled = filledColumn(name, column.type);
    }
    const rows = { rowCount: this.#rowCount, columns };
    this.#rowCount = 0;
    this.#byteCount = 0;
    return rows;
  }

  #add({ filled }: BufferedColumn, value: string | number | boolean): void {
    const before = filled.byteCount;
    filled.add(this.#rowCount - 1, value);
    this.#byteCount += filled.byteCount - before;
  }
}

const filledColumn = (name: string, type: ColumnType): FilledColumn =>
  new FilledColumn(name, type === 'datetime' ? 'instant' : 'text');
