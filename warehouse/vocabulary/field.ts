/** What a field is: its type, meaning and unit, and how each subject declares its own. */

export type FieldType = 'string' | 'int64' | 'numeric' | 'bool' | 'timestamp' | 'date' | 'json';

/** How a value of each type looks in TypeScript: numeric, timestamp and date as exact text. */
export interface TypeScriptOf {
  string: string;
  /** A bigint. */
  int64: bigint;
  /** A decimal of at most nine places, `"0.0004"`. */
  numeric: string;
  bool: boolean;
  /** A UTC instant, `"2026-01-31T23:59:59.999Z"`. */
  timestamp: string;
  /** `"2026-01-31"`. */
  date: string;
  /** JSON text. */
  json: string;
}

export interface Field<T extends FieldType = FieldType> {
  readonly type: T;
  readonly meaning: string;
  /** The only values it takes. */
  readonly values?: readonly string[];
  /** What its text must look like. */
  readonly pattern?: string;
  /** For JSON: the JSON Schema of the value. */
  readonly schema?: object;
}

const field =
  <T extends FieldType>(type: T) =>
  (meaning: string, more: Omit<Field, 'type' | 'meaning'> = {}): Field<T> => ({ type, meaning, ...more });

export const text = field('string');
export const int = field('int64');
export const numeric = field('numeric');
export const timestamp = field('timestamp');
export const date = field('date');
export const bool = field('bool');
export const json = field('json');

/** An id begins with what it is of, so that no system takes it for a number or a date. */
export const idOf = (prefix: string, meaning: string): Field<'string'> =>
  text(meaning, { pattern: `^${prefix}_[A-Za-z0-9_-]{1,80}$` });
export const words = (meaning: string, values: readonly string[]): Field<'string'> => text(meaning, { values });
export const month = (meaning: string): Field<'string'> => text(meaning, { pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' });
export const sha256 = (meaning: string): Field<'string'> => text(meaning, { pattern: '^(sha256:)?[0-9a-f]{64}$' });
export const country = (meaning: string): Field<'string'> => text(meaning, { pattern: '^[A-Z]{2}$' });
