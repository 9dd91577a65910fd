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
} from 'apache-arrow';
import type { ColumnPiece, ColumnValues } from '../../warehouse/bulk.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { ColumnShape, ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';

/**
 * The rows of a table as an Arrow IPC stream (`application/vnd.apache.arrow.stream`), one record batch per piece: numeric as decimal128(38, 9), int64 as int64,
 * instants as timestamp[µs, UTC], dates as date32, text and JSON as utf8. Only one piece is in memory at a time. Throws
 * `InvariantBroken` for a null in a column that has none.
 */
export async function* arrowStream(
  table: Pick<TableShape, 'columns'>,
  pieces: AsyncIterable<ColumnPiece>,
): AsyncGenerator<Uint8Array> {
  const schema = new Schema(table.columns.map(fieldOf));
  const sink = new ByteSink();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false }).reset(sink, schema);
  yield sink.drain();
  for await (const { rowCount, columns } of pieces) {
    if (rowCount === 0) continue;
    const children = table.columns.map((column, index) =>
      dataOf(column, rowCount, requirePresent(columns[index], `A piece must have the column ${column.name}.`)),
    );
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rowCount, children })));
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

function dataOf({ name, type, optional }: ColumnShape, length: number, values: ColumnValues): Data {
  const { validity } = values;
  const nullCount = validity ? length - countOnes(validity, length) : 0;
  invariant(optional || nullCount === 0, `The column ${name} must not be empty.`);
  const common = { length, nullCount, ...(validity && { nullBitmap: validity }) };
  const { buffer, byteOffset } = values.bytes;
  switch (type) {
    case 'numeric':
      return makeData({ type: NUMERIC, ...common, data: new Uint32Array(buffer, byteOffset, length * 4) });
    case 'timestamp':
      return makeData({ type: MICROSECONDS, ...common, data: new BigInt64Array(buffer, byteOffset, length) });
    case 'date':
      return makeData({ type: new DateDay(), ...common, data: new Int32Array(buffer, byteOffset, length) });
    case 'int64':
      return makeData({ type: new Int64(), ...common, data: new BigInt64Array(buffer, byteOffset, length) });
    case 'bool':
      return makeData({ type: new Bool(), ...common, data: bitsOf(values.bytes) });
    default: {
      const valueOffsets = requirePresent(values.offsets, `The texts of ${name} must have offsets.`);
      return makeData({ type: new Utf8(), ...common, valueOffsets, data: values.bytes });
    }
  }
}

/** How many of the first `length` bits are 1. */
function countOnes(bits: Uint8Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) count += ((bits[at >> 3] ?? 0) >> (at & 7)) & 1;
  return count;
}

function bitsOf(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(bytes.length / 8));
  bytes.forEach((byte, at) => {
    if (byte !== 0) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
  });
  return bits;
}
