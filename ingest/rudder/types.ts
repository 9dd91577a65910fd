import type { JsonValue } from '../../warehouse/json.ts';
import { goInteger, goJson, goText } from './go-text.ts';
import { normalTimestamp } from './timestamps.ts';

/** RudderStack's column types: STRING, INT64, FLOAT64, BOOL, TIMESTAMP in BigQuery. */
export type ColumnType = 'string' | 'int' | 'float' | 'boolean' | 'datetime';

/** The inferred type of a value. Every whole number is an int, even 25.0; an array is text. */
export function typeOf(value: JsonValue): ColumnType {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' && normalTimestamp(value) !== undefined ? 'datetime' : 'string';
}

/** The value to store, or NULL and a row of `rudder_discards` with this text and reason. */
export type Coerced = { readonly stored: JsonValue } | { readonly discarded: string; readonly reason: string };

/**
 * Converts a value of the inferred type `incoming` to a column of the type `existing`, like RudderStack. A float in an int
 * column is truncated; arrays in a text column become JSON. `json` and `array` occur only in warehouses other than ours.
 */
export function coerce(
  existing: ColumnType | 'json',
  incoming: ColumnType | 'json' | 'array',
  value: JsonValue,
): Coerced {
  if (value === null) return { stored: null };
  const stored = stores(existing, incoming, value);
  if (stored !== undefined) return { stored };
  return {
    discarded: discardedText(value),
    reason: `incompatible schema conversion from ${existing} to ${incoming}`,
  };
}

/** A value as text for a row of `rudder_discards`. */
export function discardedText(value: JsonValue): string {
  return typeof value === 'number' ? textOf(value) : goText(value);
}

function stores(existing: string, incoming: string, value: JsonValue): JsonValue | undefined {
  switch (existing) {
    case 'int':
      return typeof value === 'number' && incoming === typeOf(value) ? int64(value) : undefined;
    case 'float':
      return typeof value === 'number' && (incoming === 'int' || incoming === 'float') ? value : undefined;
    case 'string':
      return textOf(value);
    case 'json':
      return incoming === 'array' ? value : goJson(value);
    default:
      return existing === incoming ? value : undefined;
  }
}

function textOf(value: JsonValue): string {
  if (typeof value === 'number') return Number.isInteger(value) ? goInteger(int64(value)) : goText(value);
  return typeof value === 'object' ? goJson(value, { escapeHtml: true }) : String(value);
}

const INT64_LEAST = -(2 ** 63);

/** Truncates the fraction. A number outside the range becomes the smallest int64, as in Go. */
function int64(value: number): number {
  const cut = Math.trunc(value) + 0;
  return cut >= INT64_LEAST && cut < 2 ** 63 ? cut : INT64_LEAST;
}
