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

/** A copy, in which `later` cells win over the first. */
export function merged(first: Cells, later: Cells = noCells()): Cells {
  return { data: { ...first.data, ...later.data }, columns: { ...first.columns, ...later.columns } };
}

/** Sets a column; a timestamp in its normal form, text without halves of characters. */
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
