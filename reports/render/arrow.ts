import {
  AsyncByteQueue,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import type { ColumnShape, ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse/warehouse.ts';

/** The media type of the bytes of `arrowStream`. */
export const ARROW_TYPE = 'application/vnd.apache.arrow.stream';

/**
 * The rows of a table as an Arrow IPC stream, one record batch per chunk: numeric as decimal128(38, 9), int64 as int64,
 * instants as timestamp[µs, UTC], dates as date32, text and JSON as utf8. Only one chunk is in memory at a time.
 */
export async function* arrowStream(
  table: Pick<TableShape, 'columns'>,
  chunks: AsyncIterable<readonly ValueRow[]>,
): AsyncGenerator<Uint8Array> {
  const schema = new Schema(table.columns.map(fieldOf));
  const sink = new ByteSink();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false }).reset(sink, schema);
  yield sink.drain();
  for await (const rows of chunks) {
    if (rows.length === 0) continue;
    const children = table.columns.map((column) => dataOf(column, rows));
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows.length, children })));
    yield sink.drain();
  }
  writer.finish();
  yield sink.drain();
}

/** Collects what the writer has written since the last `drain`; the writer's own queue would buffer the whole stream. */
class ByteSink extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  drain(): Uint8Array {
    return Buffer.concat(this.#chunks.splice(0));
  }
}

const NUMERIC = new Decimal(9, 38, 128);
const MICROSECONDS = new TimestampMicrosecond('UTC');

const TYPES: Readonly<Partial<Record<ColumnType, DataType>>> = {
  string: new Utf8(),
  json: new Utf8(),
  int64: new Int64(),
  numeric: NUMERIC,
  bool: new Bool(),
  timestamp: MICROSECONDS,
  date: new DateDay(),
};

function fieldOf({ name, type, optional, meaning }: ColumnShape): Field {
  const arrowType = requirePresent(TYPES[type], `The column ${name} of type ${type} must have an Arrow type.`);
  return new Field(name, arrowType, optional, meaning === undefined ? null : new Map([['description', meaning]]));
}

function dataOf({ name, type, optional }: ColumnShape, rows: readonly ValueRow[]): Data {
  const values = rows.map((row) => row[name] ?? null);
  invariant(optional || !values.includes(null), `The column ${name} must not be empty.`);
  switch (type) {
    case 'numeric':
      return decimals(values);
    case 'timestamp':
      return makeData({
        type: MICROSECONDS,
        ...nulls(values),
        data: BigInt64Array.from(values, (value) => (value === null ? 0n : microsecondsOf(String(value)))),
      });
    case 'date':
      return makeData({
        type: new DateDay(),
        ...nulls(values),
        data: Int32Array.from(values, (value) => (value === null ? 0 : Date.parse(String(value)) / 86_400_000)),
      });
    case 'int64':
      return makeData({
        type: new Int64(),
        ...nulls(values),
        data: BigInt64Array.from(values, (value) => (value === null ? 0n : BigInt(value))),
      });
    case 'bool':
      return requirePresent(vectorFromArray(values, new Bool()).data[0], name);
    default:
      return requirePresent(vectorFromArray(values, new Utf8()).data[0], name);
  }
}

/** Two's complement in 16 bytes, little-endian. */
function decimals(values: readonly Value[]): Data<Decimal> {
  const words = new BigInt64Array(values.length * 2);
  values.forEach((value, index) => {
    if (value === null) return;
    const nanos = parseDecimal(String(value));
    words[index * 2] = BigInt.asIntN(64, nanos);
    words[index * 2 + 1] = nanos >> 64n;
  });
  return makeData({ type: NUMERIC, ...nulls(values), data: new Uint32Array(words.buffer) });
}

/** Microseconds since the epoch, from an instant with up to six decimal places. */
function microsecondsOf(instant: string): bigint {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(instant) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/** The validity bitmap: one bit per value, set where the value is not null. */
function nulls(values: readonly Value[]): { length: number; nullCount: number; nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  values.forEach((value, index) => {
    if (value === null) nullCount++;
    else nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return { length: values.length, nullCount, nullBitmap };
}
