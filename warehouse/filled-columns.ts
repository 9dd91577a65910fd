import { setImmediate } from 'node:timers/promises';
import { InvariantBroken } from './errors.ts';
import type { Value, ValueRow } from './value.ts';
import type { TableShape } from './vocabulary/tables.ts';

/** The values of a column, without nulls. */
export class FilledColumn {
  readonly name: string;
  readonly values: Exclude<Value, null>[] = [];
  /** The row of each value; undefined as long as no row is without one. */
  #rows: number[] | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Adds the value of a row; rows are added in order. */
  add(row: number, value: Exclude<Value, null>): void {
    if (this.#rows === undefined && row !== this.values.length) this.#rows = this.values.map((_, index) => index);
    this.#rows?.push(row);
    this.values.push(value);
  }

  /** The row of the value at this position. */
  rowOf(position: number): number {
    return this.#rows?.[position] ?? position;
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
  return { rowCount: rows.length, columns: [...columns.values()].filter(({ values }) => values.length > 0) };
}

/** The rows that these columns hold. */
export function rowsOfColumns({ rowCount, columns }: FilledColumns): ValueRow[] {
  const rows = Array.from({ length: rowCount }, (): Record<string, Value> => ({}));
  for (const column of columns) {
    for (const [position, value] of column.values.entries()) {
      const row = rows[column.rowOf(position)];
      if (row) row[column.name] = value;
    }
  }
  return rows;
}
