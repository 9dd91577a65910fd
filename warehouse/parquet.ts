import type { FilledColumn } from './filled-columns.ts';
import { type Struct, thriftBytes, varint } from './thrift.ts';

/**
 * A Parquet file of columns as texts, from which the engine reads values of any type, and as instants; in one row group and without
 * compression: the engine reads it more than twice as fast as lines of JSON. https://parquet.apache.org/docs/file-format/
 */
export function parquetFile(rowCount: number, columns: readonly FilledColumn[]): Uint8Array {
  const parts: Uint8Array[] = [MAGIC];
  let offset = MAGIC.length;
  const chunks = columns.map((column): Chunk => {
    const page = dataPage(rowCount, column);
    const chunk = { column, offset, byteCount: sizeOf(page) };
    parts.push(...page);
    offset += chunk.byteCount;
    return chunk;
  });
  const footer = thriftBytes(footerOf(rowCount, chunks));
  return Buffer.concat([...parts, footer, int32(footer.length), MAGIC]);
}

const MAGIC = Buffer.from('PAR1');

interface Chunk {
  readonly column: FilledColumn;
  readonly offset: number;
  readonly byteCount: number;
}

// The numbers of parquet.thrift.
const VERSION = 1;
const [INT64, BYTE_ARRAY] = [2, 6];
const [UTF8, TIMESTAMP_MICROS] = [0, 10];
/** `TIMESTAMP` of the unit `MICROS`, in UTC. */
const INSTANT: Struct = { 8: { 1: true, 2: { 2: {} } } };
const OPTIONAL = 1;
const [PLAIN, RLE] = [0, 3];
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;

function footerOf(rowCount: number, chunks: readonly Chunk[]): Struct {
  const root: Struct = { 4: 'rows', 5: chunks.length };
  const elements = chunks.map(
    ({ column: { name, encoding } }): Struct =>
      encoding === 'instant'
        ? { 1: INT64, 3: OPTIONAL, 4: name, 6: TIMESTAMP_MICROS, 10: INSTANT }
        : { 1: BYTE_ARRAY, 3: OPTIONAL, 4: name, 6: UTF8 },
  );
  const columns = chunks.map(
    ({ column: { name, encoding }, offset, byteCount }): Struct => ({
      2: BigInt(offset),
      3: {
        1: encoding === 'instant' ? INT64 : BYTE_ARRAY,
        2: [PLAIN, RLE],
        3: [name],
        4: UNCOMPRESSED,
        5: BigInt(rowCount),
        6: BigInt(byteCount),
        7: BigInt(byteCount),
        9: BigInt(offset),
      },
    }),
  );
  const byteCount = chunks.reduce((sum, chunk) => sum + chunk.byteCount, 0);
  const group: Struct = { 1: columns, 2: BigInt(byteCount), 3: BigInt(rowCount) };
  return { 1: VERSION, 2: [root, ...elements], 3: BigInt(rowCount), 4: [group] };
}

/** The parts of a page: its header, which rows have a value, and the values. */
function dataPage(rowCount: number, column: FilledColumn): Uint8Array[] {
  const content = [definitionLevels(rowCount, column), column.bytes()];
  const byteCount = sizeOf(content);
  const header = thriftBytes({
    1: DATA_PAGE,
    2: byteCount,
    3: byteCount,
    5: { 1: rowCount, 2: PLAIN, 3: RLE, 4: RLE },
  });
  return [header, ...content];
}

/** Which rows have a value: one bit for each, or once for all. */
function definitionLevels(rowCount: number, column: FilledColumn): Uint8Array {
  const bits = column.validity(rowCount);
  const run = bits
    ? Buffer.concat([varint(bits.length * 2 + 1), bits])
    : Buffer.concat([varint(rowCount * 2), Uint8Array.of(1)]);
  return Buffer.concat([int32(run.length), run]);
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
