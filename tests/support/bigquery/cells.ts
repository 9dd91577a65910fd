import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';

/** A number of a JSON text with its original digits. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Parses JSON without losing digits of numbers. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { source: string }) =>
    typeof value === 'number' && context ? new NumberText(context.source) : value,
  );
}

/** A value that does not fit the type of its column; the message is the end of a sentence. */
export class WrongValue extends Error {}

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const NUMERIC_NANOS = 10n ** 38n;

/** Converts a JSON value of a load, or the text of a parameter, to the type of a column. Throws `WrongValue`. */
export function readCell(json: unknown, type: ColumnType): Value {
  if (json === null || json === undefined) return null;
  const wrong = (): WrongValue => new WrongValue(`Could not convert value to ${type}: ${shown(json)}`);
  if (type === 'bool') {
    if (typeof json === 'boolean') return json;
    if (typeof json === 'string' && /^(true|false)$/i.test(json)) return json.toLowerCase() === 'true';
    throw wrong();
  }
  if (type === 'string') {
    if (typeof json === 'string') return json;
    throw wrong();
  }
  const text = json instanceof NumberText ? json.text : json;
  if (typeof text !== 'string') throw wrong();
  const isNumber = type === 'int64' || type === 'numeric' || type === 'float';
  if (json instanceof NumberText && !isNumber) throw wrong();
  const value = isNumber ? numberOf(text, type) : type === 'date' ? dateOf(text) : instantOf(text);
  if (value === undefined) throw wrong();
  return value;
}

function shown(json: unknown): string {
  const text = json instanceof NumberText ? json.text : JSON.stringify(json);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function numberOf(text: string, type: ColumnType): Value | undefined {
  if (type === 'float') return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  if (type === 'int64') {
    const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
    return value === undefined || value < INT64[0] || value > INT64[1] ? undefined : value;
  }
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const places = fraction.replace(/0+$/, '');
  if (whole === '' || places.length > 9) return undefined;
  if (BigInt(whole + places.padEnd(9, '0')) >= NUMERIC_NANOS) return undefined;
  const digits = `${BigInt(whole)}${places === '' ? '' : `.${places}`}`;
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

function dateOf(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? text : undefined;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

/** An instant in the format of this project: three decimal places, or six with microseconds. Without a zone it is UTC. */
function instantOf(text: string): string | undefined {
  const [, day, time, fraction = '', zone = 'Z'] = INSTANT.exec(text) ?? [];
  if (day === undefined || dateOf(day) === undefined) return undefined;
  const [, sign = '', hours = '00', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = sign === '' ? 'Z' : `${sign}${hours}:${minutes}`;
  const ms = Date.parse(`${day}T${time}.${fraction.padEnd(6, '0').slice(0, 3)}${offset}`);
  if (Number.isNaN(ms)) return undefined;
  const micros = fraction.padEnd(6, '0').slice(3);
  return new Date(ms).toISOString().replace('Z', micros === '000' ? 'Z' : `${micros}Z`);
}

/** The timestamp format of a request. */
export type TimestampFormat = 'FLOAT64' | 'INT64' | 'ISO8601_STRING';

/** A value in a row of a response. */
export function writeCell(value: Value, type: ColumnType, timestamps: TimestampFormat): { v: string | null } {
  if (value === null) return { v: null };
  if (type !== 'timestamp' || timestamps === 'ISO8601_STRING') return { v: String(value) };
  const micros = microsOf(String(value));
  if (timestamps === 'INT64') return { v: String(micros) };
  const [sign, size] = micros < 0n ? ['-', -micros] : ['', micros];
  return { v: `${sign}${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}` };
}

function microsOf(instant: string): bigint {
  const below = /\.\d{3}(\d{3})Z$/.exec(instant)?.[1] ?? '0';
  return BigInt(Date.parse(instant)) * 1000n + BigInt(below);
}

const BYTES: Readonly<Record<Exclude<ColumnType, 'string' | 'json'>, number>> = {
  int64: 8,
  numeric: 16,
  bool: 1,
  timestamp: 8,
  date: 8,
  float: 8,
};

/** The logical size by which BigQuery bills: https://cloud.google.com/bigquery/pricing#data. */
export function bytesOf(value: Value, type: ColumnType): number {
  if (value === null) return 0;
  if (type === 'string' || type === 'json') return 2 + Buffer.byteLength(String(value));
  return BYTES[type];
}
