import type { JsonValue } from '../../warehouse/json.ts';
import { normalTimestamp } from './timestamps.ts';
import { type ColumnType, typeOf } from './types.ts';

/** A row in the making: its values, and the type that each asks for. */
export interface Cells {
  readonly data: Record<string, JsonValue>;
  readonly columns: Record<string, ColumnType>;
}

export function noCells(): Cells {
  return { data: {}, columns: {} };
}

/** A copy in which later cells win over earlier ones. */
export function merged(...all: readonly Cells[]): Cells {
  const cells = noCells();
  for (const { data, columns } of all) {
    Object.assign(cells.data, data);
    Object.assign(cells.columns, columns);
  }
  return cells;
}

/** Sets a column; a timestamp in its normal form, text without halves of characters. */
export function put(cells: Cells, column: string, value: JsonValue): void {
  const timestamp = typeof value === 'string' ? normalTimestamp(value) : undefined;
  cells.data[column] = timestamp ?? (typeof value === 'string' ? value.toWellFormed() : value);
  cells.columns[column] = timestamp === undefined ? typeOf(value) : 'datetime';
}

/** Whether RudderStack stores nothing for a value: absent, null, `""`, `[]`, `[""]`. But `[null]` it stores. */
export function isBlank(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (!Array.isArray(value)) return false;
  return value.length === 0 || (value.length === 1 && value[0] !== null && isBlank(value[0]));
}
