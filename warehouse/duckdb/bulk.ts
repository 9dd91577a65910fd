import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBBlobVector, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { BulkFormat, BulkQuery, BulkReader, ColumnPiece } from '../bulk.ts';
import { randomId } from '../ids.ts';
import { invariant, requirePresent } from '../invariant.ts';
import { isValid } from '../validity.ts';
import type { ColumnShape, ColumnType } from '../vocabulary/tables.ts';
import { csvRecord } from './csv-record.ts';
import { literal } from './ddl.ts';

/** Runs `work` on a connection of its own. Errors are those of the port. */
export type OnConnection = <T>(work: (connection: DuckDBConnection) => AsyncGenerator<T>) => AsyncGenerator<T>;

const OPTIONS: Readonly<Record<BulkFormat, string>> = {
  // Each record is one text, complete but for its LF. The engine's own dialect has neither CRLF nor our quotes.
  csv: "format csv, header false, quote '', escape ''",
  parquet: 'format parquet, compression zstd',
};
/** Files are read in pieces of this size. */
const PIECE_BYTES = 256 * 1024;

/** Bulk reading on DuckDB. `folder` is for the files, which are removed once they are read. */
export function bulkReader(onConnection: OnConnection, { folder }: { readonly folder: string }): BulkReader {
  return {
    columns: (query) => onConnection((connection) => columnPieces(connection, query)),
    file: (query, format) => onConnection((connection) => fileOf(connection, query, { format, folder })),
  };
}

/**
 * The engine joins the texts of a piece, so that none of them is touched here: an object for each would take most of the time.
 * The rows are put in order once, in a temporary table, which spills like any other.
 */
async function* columnPieces(
  connection: DuckDBConnection,
  { sql, parameters, columns }: BulkQuery,
): AsyncGenerator<ColumnPiece> {
  const kept = columns.map(({ name, type }) => `${KEPT[type](name)} as ${name}`);
  await connection.run(`create temp table pieces as select ${kept.join(', ')} from (${sql})`, [...parameters]);
  // Rows that are not committed have no numbers that begin at 0.
  await connection.run('commit');
  const texts = columns.filter(isText).map(({ name }) => `encode(string_agg(${name}, '' order by rowid)) as ${name}`);
  const values = columns.map((column) => (isText(column) ? `cast(strlen(${column.name}) as integer)` : column.name));
  const range = 'from pieces where rowid >= $1 and rowid < $2';
  for (let first = 0; ; first += PIECE_ROWS) {
    const bounds = [BigInt(first), BigInt(first + PIECE_ROWS)];
    const chunks = await (
      await connection.run(`select ${values.join(', ')} ${range} order by rowid`, bounds)
    ).fetchAllChunks();
    const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    if (rowCount === 0) return;
    const joined = texts.length === 0 ? undefined : await connection.run(`select ${texts.join(', ')} ${range}`, bounds);
    yield pieceOf(columns, { rowCount, chunks, joined: await joined?.fetchChunk() });
    if (rowCount < PIECE_ROWS) return;
  }
}

/** Few enough that a piece of long texts fits in memory. */
const PIECE_ROWS = 8 * 2048;

const isText = ({ type }: ColumnShape): boolean => type === 'string' || type === 'json';

/** A column in the type whose layout `ColumnValues` has. */
const KEPT: Readonly<Record<ColumnType, (name: string) => string>> = {
  string: (name) => name,
  json: (name) => name,
  int64: (name) => `cast(${name} as bigint)`,
  numeric: (name) => `cast(${name} as decimal(38, 9))`,
  timestamp: (name) => `epoch_us(${name})`,
  date: (name) => `cast(${name} as date)`,
  bool: (name) => `cast(${name} as boolean)`,
  float: (name) => `cast(${name} as double)`,
};

interface Read {
  readonly rowCount: number;
  /** The values of each column, and the lengths of texts. */
  readonly chunks: readonly DuckDBDataChunk[];
  /** One row with the joined texts of each column that has texts. */
  readonly joined: DuckDBDataChunk | null | undefined;
}

function pieceOf(columns: readonly ColumnShape[], { rowCount, chunks, joined }: Read): ColumnPiece {
  let textIndex = 0;
  return {
    rowCount,
    columns: columns.map((column, index) => {
      const vectors = chunks.map((chunk) => chunk.getColumnVector(index) as unknown as RawVector);
      const bytes = joinedBytes(vectors.map(bytesOf));
      const validity = validityOf(vectors, rowCount);
      if (!isText(column)) return validity ? { bytes, validity } : { bytes };
      const texts = joined?.getColumnVector(textIndex++) as DuckDBBlobVector | undefined;
      const offsets = offsetsOf(bytes, validity);
      const text = { bytes: Uint8Array.from(texts?.getItemBytes(0) ?? []), offsets };
      return validity ? { ...text, validity } : text;
    }),
  };
}

/** The memory of a vector, which the types of the binding do not show. */
interface RawVector {
  readonly itemCount: number;
  readonly items?: BigInt64Array | Int32Array | Float64Array;
  readonly dataView?: DataView;
  readonly validity: { readonly data: BigUint64Array | null };
}

function bytesOf({ items, dataView }: RawVector): Uint8Array {
  const { buffer, byteOffset, byteLength } = requirePresent(items ?? dataView, 'A vector must have its values.');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Where each text begins, from the lengths of all; a null has no length. */
function offsetsOf(lengths: Uint8Array, validity: Uint8Array | undefined): Int32Array {
  const items = new Int32Array(lengths.buffer, lengths.byteOffset, lengths.length / 4);
  const offsets = new Int32Array(items.length + 1);
  let end = 0;
  for (let row = 0; row < items.length; row++) {
    if (!validity || isValid(validity, row)) end += items[row] ?? 0;
    offsets[row + 1] = end;
  }
  return offsets;
}

/** In memory of its own, so that it is aligned for any type. */
function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let to = 0;
  for (const piece of pieces) {
    bytes.set(piece, to);
    to += piece.length;
  }
  return bytes;
}

/** The bits of all vectors; undefined if none has a null. */
function validityOf(vectors: readonly RawVector[], rowCount: number): Uint8Array | undefined {
  if (vectors.every(({ validity }) => validity.data === null)) return undefined;
  const bits = new Uint8Array(Math.ceil(rowCount / 8)).fill(0xff);
  let first = 0;
  for (const { validity, itemCount } of vectors) {
    invariant(first % 8 === 0, 'Only the last vector may have an incomplete byte of bits.');
    if (validity.data) {
      const { buffer, byteOffset } = validity.data;
      bits.set(new Uint8Array(buffer, byteOffset, Math.ceil(itemCount / 8)), first / 8);
    }
    first += itemCount;
  }
  return bits;
}

async function* fileOf(
  connection: DuckDBConnection,
  { sql, parameters, columns }: BulkQuery,
  { format, folder }: { format: BulkFormat; folder: string },
): AsyncGenerator<Uint8Array> {
  const path = join(folder, randomId('export'));
  try {
    await mkdir(folder, { recursive: true });
    const select = format === 'csv' ? `select ${csvRecord(columns)} from (${sql})` : sql;
    await connection.run(`copy (${select}) to ${literal(path)} (${OPTIONS[format]})`, [...parameters]);
    const file = await open(path);
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES);
        if (bytesRead === 0) break;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
