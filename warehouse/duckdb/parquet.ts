import { setImmediate } from 'node:timers/promises';
import type { TextColumn } from './text-columns.ts';
import { type Struct, thriftBytes, varint } from './thrift.ts';

/**
 * A Parquet file of text columns, in one row group and without compression: the engine reads it more than twice as fast as lines of
 * JSON. https://parquet.apache.org/docs/file-format/
 */
export async function parquetFile(rowCount: number, columns: readonly TextColumn[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [MAGIC];
  let offset = MAGIC.length;
  const chunks: Chunk[] = [];
  for (const column of columns) {
    // Others get their turn, such as requests of the gateway.
    await setImmediate();
    const page = dataPage(rowCount, column);
    chunks.push({ name: column.name, offset, byteCount: page.length });
    parts.push(page);
    offset += page.length;
  }
  const footer = thriftBytes(footerOf(rowCount, chunks));
  parts.push(footer, int32(footer.length), MAGIC);
  return Buffer.concat(parts);
}

const MAGIC = Buffer.from('PAR1');

interface Chunk {
  readonly name: string;
  readonly offset: number;
  readonly byteCount: number;
}

// The numbers of parquet.thrift.
const VERSION = 1;
const BYTE_ARRAY = 6;
const UTF8 = 0;
const OPTIONAL = 1;
const [PLAIN, RLE] = [0, 3];
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;

function footerOf(rowCount: number, chunks: readonly Chunk[]): Struct {
  const root: Struct = { 4: 'rows', 5: chunks.length };
  const elements = chunks.map(({ name }): Struct => ({ 1: BYTE_ARRAY, 3: OPTIONAL, 4: name, 6: UTF8 }));
  const columns = chunks.map(
    ({ name, offset, byteCount }): Struct => ({
      2: BigInt(offset),
      3: {
        1: BYTE_ARRAY,
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

function dataPage(rowCount: number, { texts, rows }: TextColumn): Uint8Array {
  const levels = definitionLevels(rowCount, rows);
  const values = plainTexts(texts);
  const byteCount = levels.length + values.length;
  const header = thriftBytes({
    1: DATA_PAGE,
    2: byteCount,
    3: byteCount,
    5: { 1: rowCount, 2: PLAIN, 3: RLE, 4: RLE },
  });
  return Buffer.concat([header, levels, values]);
}

/** Which rows have a value: one bit for each, or once for all. */
function definitionLevels(rowCount: number, rows: readonly number[]): Uint8Array {
  if (rows.length === rowCount) return sized(Buffer.concat([varint(rowCount * 2), Uint8Array.of(1)]));
  const bits = new Uint8Array(Math.ceil(rowCount / 8));
  for (const row of rows) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  return sized(Buffer.concat([varint(bits.length * 2 + 1), bits]));
}

const sized = (run: Uint8Array): Uint8Array => Buffer.concat([int32(run.length), run]);

/** The lengths of short texts, as four bytes that are characters of ASCII. */
const SHORT_LENGTHS = Array.from({ length: 128 }, (_, length) => `${String.fromCharCode(length)}\0\0\0`);

/** Each text after its length in bytes. */
function plainTexts(texts: readonly string[]): Uint8Array {
  // Joined, because a write for each text takes most of the time. Only a length of ASCII is that of its bytes.
  let joined = '';
  for (const text of texts) {
    const length = SHORT_LENGTHS[text.length];
    if (length === undefined) return longTexts(texts);
    joined += length + text;
  }
  const bytes = Buffer.from(joined);
  return bytes.length === joined.length ? bytes : longTexts(texts);
}

function longTexts(texts: readonly string[]): Uint8Array {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  texts.forEach((text, index) => {
    at = bytes.writeUInt32LE(lengths[index] ?? 0, at);
    at += bytes.write(text, at);
  });
  return bytes;
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
