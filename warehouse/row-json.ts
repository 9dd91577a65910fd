import { InvariantBroken } from './errors.ts';
import { invariant } from './invariant.ts';
import type { TableShape } from './vocabulary/tables.ts';
import type { ValueRow } from './warehouse.ts';

/** Throws `InvariantBroken` if a row has a column that the table does not have. */
export function assertKnownColumns(table: TableShape, rows: readonly ValueRow[]): void {
  const names = new Set(table.columns.map(({ name }) => name));
  for (const row of rows) {
    for (const name in row) {
      if (!names.has(name))
        throw new InvariantBroken(`A row cannot be written to ${table.name}: it has no column ${name}.`);
    }
  }
}

/** A row as JSON. Most rows need no replacer, and `JSON.stringify` is several times faster without one. */
export function jsonLine(row: ValueRow): string {
  for (const name in row) if (needsReplacer(row[name])) return JSON.stringify(row, exactInJson);
  return JSON.stringify(row);
}

function needsReplacer(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isSafeInteger(value));
}

/**
 * A replacer for `JSON.stringify`. Integers beyond 2⁵³ become strings, since JavaScript would print inexact digits. Lone
 * surrogates are replaced, since an engine would refuse the whole batch. NaN and infinity, which JSON would turn into null, throw.
 */
export function exactInJson(key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'number') return value;
  invariant(Number.isFinite(value), `The column ${key} cannot store ${value}, which is not a finite number.`);
  const large = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 63;
  return large ? BigInt(value).toString() : value;
}
