import { InvariantBroken } from './errors.ts';
import { invariant } from './invariant.ts';
import type { TableShape } from './vocabulary/tables.ts';
import type { ValueRow } from './warehouse.ts';

/** Throws `InvariantBroken` where a row has a column that the table has not. */
export function assertKnownColumns(table: TableShape, rows: readonly ValueRow[]): void {
  const names = new Set(table.columns.map(({ name }) => name));
  for (const row of rows) {
    for (const name in row) {
      if (!names.has(name)) throw new InvariantBroken(`The table ${table.name} has no column ${name} to append to.`);
    }
  }
}

/** A row as JSON. Most rows hold nothing that needs care, and are written several times faster without a replacer. */
export function jsonLine(row: ValueRow): string {
  for (const name in row) if (needsCare(row[name])) return JSON.stringify(row, exactInJson);
  return JSON.stringify(row);
}

function needsCare(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isSafeInteger(value));
}

/**
 * Integers beyond 2⁵³ travel as text: JavaScript writes such a number with zeros for its last digits. Half a character has
 * no UTF-8, and an engine would refuse all rows for it. What is no number has no JSON, and would become NULL.
 */
export function exactInJson(key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'number') return value;
  invariant(Number.isFinite(value), `The column ${key} was to take ${value}, which is no number.`);
  const large = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 63;
  return large ? BigInt(value).toString() : value;
}
