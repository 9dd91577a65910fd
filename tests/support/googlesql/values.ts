import { instantOfMicros } from '../../../warehouse/clock.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import { decimalOf } from '../../../warehouse/money.ts';
import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';

/** A value in the service's form; `value` is the name of the field that is set, or none for NULL. */
export interface ValueProto {
  readonly value?: string;
  readonly [field: string]: unknown;
}

/** The BigQuery type of each column type. JSON is text there, as on DuckDB. */
const KINDS: Readonly<Record<ColumnType, string>> = {
  string: 'TYPE_STRING',
  json: 'TYPE_STRING',
  int64: 'TYPE_INT64',
  numeric: 'TYPE_NUMERIC',
  bool: 'TYPE_BOOL',
  timestamp: 'TYPE_TIMESTAMP',
  date: 'TYPE_DATE',
  float: 'TYPE_DOUBLE',
};

const DAY_MS = 86_400_000;

export const kindOf = (type: ColumnType): string => KINDS[type];

/** The column type of a kind; `string` for text. Throws `InvariantBroken` for an unsupported kind. */
export function typeOf(kind: string): ColumnType {
  const type = (Object.keys(KINDS) as ColumnType[]).find((known) => KINDS[known] === kind);
  return requirePresent(type, `GoogleSQL returned the unsupported type ${kind}.`);
}

export function protoOf(value: Value, type: ColumnType): ValueProto {
  if (value === null) return {};
  switch (type) {
    case 'int64':
      return { int64_value: String(value) };
    case 'numeric':
      return { numeric_value: littleEndian(nanosOf(String(value))) };
    case 'bool':
      return { bool_value: value };
    case 'float':
      return { double_value: value };
    case 'date':
      return { date_value: Date.parse(`${value}T00:00:00Z`) / DAY_MS };
    case 'timestamp':
      return { timestamp_value: timestampOf(String(value)) };
    default:
      return { string_value: value };
  }
}

/** The value in the form of a warehouse result. Throws `InvariantBroken` for an unsupported kind. */
export function toExactValue(proto: ValueProto): Value {
  if (!proto.value) return null;
  const held = proto[proto.value];
  switch (proto.value) {
    case 'int64_value':
      return BigInt(held as string);
    case 'numeric_value':
      return decimalOf(fromLittleEndian(held as Buffer));
    case 'date_value':
      return new Date(Number(held) * DAY_MS).toISOString().slice(0, 10);
    case 'timestamp_value':
      return instantOf(held as { seconds: string; nanos: number });
    default:
      invariant(
        ['string_value', 'bool_value', 'double_value'].includes(proto.value),
        `GoogleSQL returned a value of the unsupported kind ${proto.value}.`,
      );
      return held as Value;
  }
}

/** An exact numeric as an integer of 10⁻⁹; up to 29 digits before the point, more than our amounts have. */
function nanosOf(text: string): bigint {
  const [, whole = '', fraction = ''] = requirePresent(
    /^(-?\d{1,29})(?:\.(\d{1,9}))?$/.exec(text),
    `${text} is not a numeric of 29 digits and nine decimal places.`,
  );
  return BigInt(`${whole}${fraction.padEnd(9, '0')}`);
}

/** The shortest two's complement, least byte first. */
function littleEndian(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 255n));
    rest >>= 8n;
  } while (!(rest === 0n && (bytes.at(-1) ?? 0) < 128) && !(rest === -1n && (bytes.at(-1) ?? 0) >= 128));
  return Buffer.from(bytes);
}

function fromLittleEndian(bytes: Buffer): bigint {
  const unsigned = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(8 * bytes.length, unsigned);
}

/** `Date` has milliseconds only; microseconds are the fourth to sixth decimal place of the text. */
function timestampOf(text: string): { seconds: number; nanos: number } {
  const ms = Date.parse(text);
  const seconds = Math.floor(ms / 1000);
  const below = /\.\d{3}(\d{3})Z$/.exec(text)?.[1] ?? '0';
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 + Number(below) * 1000 };
}

function instantOf({ seconds = '0', nanos = 0 }: { seconds?: string; nanos?: number }): string {
  return instantOfMicros(BigInt(seconds) * 1_000_000n + BigInt(nanos) / 1000n);
}
