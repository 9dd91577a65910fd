import type { ColumnPiece, ColumnValues } from './bulk.ts';
import { microsOfInstant } from './clock.ts';
import { InvariantBroken } from './errors.ts';
import { parseDecimal } from './money.ts';
import { setValid } from './validity.ts';
import type { ColumnShape } from './vocabulary/tables.ts';
import type { Value, ValueRow } from './warehouse.ts';

/** Rows column by column, for an engine that only gives rows. */
export async function* columnPieces(
  columns: readonly ColumnShape[],
  chunks: AsyncIterable<readonly ValueRow[]>,
): AsyncGenerator<ColumnPiece> {
  for await (const rows of chunks) {
    yield {
      rowCount: rows.length,
      columns: columns.map((column) => {
        const values = rows.map((row) => row[column.name] ?? null);
        return { ...encodeValues(column, values), ...validityOf(values) };
      }),
    };
  }
}

function encodeValues({ name, type }: ColumnShape, values: readonly Value[]): ColumnValues {
  const integers = (of: (value: NonNullable<Value>) => bigint): ColumnValues => {
    const items = BigInt64Array.from(values, (value) => (value === null ? 0n : of(value)));
    return { bytes: new Uint8Array(items.buffer) };
  };
  switch (type) {
    case 'string':
    case 'json':
      return textsOf(values);
    case 'numeric':
      return decimalsOf(values);
    case 'timestamp':
      return integers((value) => BigInt(microsOfInstant(String(value))));
    case 'int64':
      return integers((value) => BigInt(value));
    case 'bool':
      return { bytes: Uint8Array.from(values, (value) => (value === true ? 1 : 0)) };
    case 'date': {
      const days = Int32Array.from(values, (value) => (value === null ? 0 : Date.parse(String(value)) / 86_400_000));
      return { bytes: new Uint8Array(days.buffer) };
    }
    default:
      throw new InvariantBroken(`The column ${name} of type ${type} cannot be read column by column.`);
  }
}

function textsOf(values: readonly Value[]): ColumnValues {
  const texts = values.map((value) => Buffer.from(value === null ? '' : String(value)));
  const offsets = new Int32Array(values.length + 1);
  texts.forEach((text, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + text.length;
  });
  return { bytes: Buffer.concat(texts), offsets };
}

/** Two's complement in 16 bytes. */
function decimalsOf(values: readonly Value[]): ColumnValues {
  const words = new BigInt64Array(values.length * 2);
  values.forEach((value, index) => {
    if (value === null) return;
    const billionths = parseDecimal(String(value));
    words[index * 2] = BigInt.asIntN(64, billionths);
    words[index * 2 + 1] = billionths >> 64n;
  });
  return { bytes: new Uint8Array(words.buffer) };
}

function validityOf(values: readonly Value[]): Pick<ColumnValues, 'validity'> {
  if (!values.includes(null)) return {};
  const validity = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, at) => {
    if (value !== null) setValid(validity, at);
  });
  return { validity };
}
