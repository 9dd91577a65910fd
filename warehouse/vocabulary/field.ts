/** The type of a field declaration, and the helpers with which each subject declares its fields. */

import type { JsonValue } from '../json.ts';

export type FieldType = 'string' | 'int64' | 'numeric' | 'bool' | 'timestamp' | 'date' | 'json';

/** The TypeScript type of a value of each field type: numeric, timestamp and date are exact text. */
export interface TypeScriptOf {
  string: string;
  /** A bigint. */
  int64: bigint;
  /** A decimal of at most nine decimal places, `"0.0004"`. */
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
  /** The only allowed values. */
  readonly values?: readonly string[];
  /** A regular expression that the text must match. */
  readonly pattern?: string;
  /** The most characters (code points) that the text may have in an event; without it, 500. */
  readonly maxLength?: number;
  /** For JSON: the JSON Schema of the value. */
  readonly schema?: object;
  /** Whether it shows who somebody is or where they are paid, or is a text in which somebody may be named: analysts do not see it. */
  readonly isPersonal?: true;
  /** A value for examples, as an event has it; without it, the first of `values`. */
  readonly example?: JsonValue;
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

/** An id has a prefix for its kind, so that no system parses it as a number or a date. */
export const idOf = (prefix: string, meaning: string): Field<'string'> =>
  text(meaning, { pattern: `^${prefix}_[A-Za-z0-9_-]{1,80}$`, example: `${prefix}_1` });
const DIGITS = '(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?';
/**
 * A decimal in an event: no sign, no exponent, at most 18 digits before the point and nine after it. Below 1e18 every share of it is
 * exact on both engines; whether it can be booked depends on its currency, and is for the models to judge.
 */
export const AMOUNT_PATTERN = `^${DIGITS}$`;
/** The same with a sign. */
export const SIGNED_AMOUNT_PATTERN = `^-?${DIGITS}$`;
/** Whether a field takes any text: a title, a name, a reason, an id of another system. */
export const isFreeText = ({ type, values, pattern }: Field): boolean =>
  type === 'string' && values === undefined && pattern === undefined;
/** An id that another system gave: any text. Its form is that system's own and may change. */
export const foreignId = (meaning: string, more: Pick<Field, 'example' | 'isPersonal'> = {}): Field<'string'> =>
  text(meaning, { maxLength: 255, ...more });
export const words = (meaning: string, values: readonly string[], more: Pick<Field, 'example'> = {}): Field<'string'> =>
  text(meaning, { values, ...more });
export const month = (meaning: string): Field<'string'> =>
  text(meaning, { pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$', example: '2026-01' });
export const sha256 = (meaning: string): Field<'string'> =>
  text(meaning, { pattern: '^(sha256:)?[0-9a-f]{64}$', example: `sha256:${'0123456789abcdef'.repeat(4)}` });
export const country = (meaning: string): Field<'string'> => text(meaning, { pattern: '^[A-Z]{2}$', example: 'GB' });
