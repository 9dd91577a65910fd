import type { JsonValue } from '../../warehouse/json.ts';
import { normalTimestamp } from './timestamps.ts';
import { type ColumnType, typeOf } from './types.ts';

/** The values of a row, and the inferred type of each. */
export interface Cells {
  readonly data: Record<string, JsonValue>;
  readonly columns: Record<string, ColumnType>;
}

export function emptyCells(): Cells {
  return { data: {}, columns: {} };
}

/** A copy in which the `later` cells override the first. */
export function merged(first: Cells, later: Cells = emptyCells()): Cells {
  return { data: { ...first.data, ...later.data }, columns: { ...first.columns, ...later.columns } };
}

/** Sets a column; timestamps are normalised, lone surrogates replaced. */
export function put(cells: Cells, column: string, value: JsonValue): void {
  const timestamp = typeof value === 'string' ? normalTimestamp(value) : undefined;
  cells.data[column] = timestamp ?? (typeof value === 'string' ? value.toWellFormed() : value);
  cells.columns[column] = timestamp === undefined ? typeOf(value) : 'datetime';
}

/** Whether RudderStack stores nothing for a value: absent, null, `""`, `[]`, `[""]`. But `[null]` it stores. */
export function isBlank(value: JsonValue | undefined): boolean {
  let inner = value;
  while (Array.isArray(inner)) {
    if (inner.length !== 1 || inner[0] === null) return inner.length === 0;
    inner = inner[0];
  }
  return inner === undefined || inner === null || inner === '';
}
