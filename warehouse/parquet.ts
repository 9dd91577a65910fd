import { setImmediate } from 'node:timers/promises';
import type { FilledColumn } from './filled-columns.ts';
import { invariant } from './invariant.ts';
import { type Struct, thriftBytes, varint } from './thrift.ts';
import type { Value } from './value.ts';

/**
 * A Parquet file of columns as texts, from which the engine reads values of any type, in one row group and without compression: the
 * engine reads it more than twice as fast as lines of JSON. https://parquet.apache.org/docs/file-format/
 */
export async function parquetFile(rowCount: number, columns: readonly FilledColumn[]): Promise<Uint8Array> {
  const file = new GrowingBytes();
  file.add(MAGIC);
  const chunks: Chunk[] = [];
  for (const column of columns) {
    // Others get their turn, such as requests of the gateway.
    await setImmediate();
    const offset = file.length;
    addDataPage(file, { rowCount, column });
    chunks.push({ name: column.name, offset, byteCount: file.length - offset });
  }
  const footer = thriftBytes(footerOf(rowCount, chunks));
  file.add(footer);
  file.add(int32(footer.length));
  file.add(MAGIC);
  return file.bytes();
}

/**
 * The text of a value, from which the engine reads it exactly. Lone surrogates are replaced, since the engine would refuse the whole
 * batch. Throws `InvariantBroken` for NaN and infinity.
 */
export function exactText(column: string, value: Exclude<Value, null>): string {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== 'number') return String(value);
  invariant(Number.isFinite(value), `The column ${column} cannot store ${value}, which is not a finite number.`);
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? BigInt(value).toString() : String(value);
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

/** A header says how long its page is, so the page is written first, behind the longest header that there can be. */
const LONGEST_HEADER = 64;

function addDataPage(file: GrowingBytes, { rowCount, column }: { rowCount: number; column: FilledColumn }): void {
  const start = file.length;
  file.skip(LONGEST_HEADER);
  const from = file.length;
  file.add(definitionLevels(rowCount, column));
  for (const value of column.values) file.addText(typeof value === 'string' ? value : exactText(column.name, value));
  const byteCount = file.length - from;
  const header = thriftBytes({
    1: DATA_PAGE,
    2: byteCount,
    3: byteCount,
    5: { 1: rowCount, 2: PLAIN, 3: RLE, 4: RLE },
  });
  file.moveTo(start + header.length, from);
  file.set(header, start);
}

/** Which rows have a value: one bit for each, or once for all. */
function definitionLevels(rowCount: number, column: FilledColumn): Uint8Array {
  const { length } = column.values;
  if (length === rowCount) return sized(Buffer.concat([varint(rowCount * 2), Uint8Array.of(1)]));
  const bits = new Uint8Array(Math.ceil(rowCount / 8));
  for (let position = 0; position < length; position++) {
    const row = column.rowOf(position);
    bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return sized(Buffer.concat([varint(bits.length * 2 + 1), bits]));
}

const sized = (run: Uint8Array): Uint8Array => Buffer.concat([int32(run.length), run]);

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Shorter texts are written here, character by character; a call for each would take longer. */
const SHORT = 64;

/** Bytes to which more are added, in memory that doubles. */
class GrowingBytes {
  #bytes = Buffer.allocUnsafe(256 * 1024);
  length = 0;

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  set(bytes: Uint8Array, at: number): void {
    this.#bytes.set(bytes, at);
  }

  skip(count: number): void {
    this.#reserve(count);
    this.length += count;
  }

  /** Moves what begins at `from` to an earlier place. */
  moveTo(to: number, from: number): void {
    this.#bytes.copyWithin(to, from, this.length);
    this.length -= from - to;
  }

  /** A text in UTF-8 after its length in four bytes; lone surrogates are replaced. */
  addText(text: string): void {
    // No character has more than three bytes for each of its units.
    this.#reserve(4 + 3 * text.length);
    const bytes = this.#bytes;
    const from = this.length + 4;
    let byteCount = 0;
    if (text.length <= SHORT) {
      while (byteCount < text.length) {
        const code = text.charCodeAt(byteCount);
        if (code > 127) break;
        bytes[from + byteCount++] = code;
      }
    }
    if (byteCount < text.length) byteCount = bytes.write(text, from);
    bytes[from - 4] = byteCount;
    bytes[from - 3] = byteCount >> 8;
    bytes[from - 2] = byteCount >> 16;
    bytes[from - 1] = byteCount >> 24;
    this.length = from + byteCount;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + count));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
