import type { ColumnShape } from './vocabulary/tables.ts';

/** A query whose columns are known. */
export interface BulkQuery {
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly columns: readonly ColumnShape[];
}

/**
 * The values of a column, one after the other, in little-endian order: int64 and instants (microseconds since the epoch) in 8
 * bytes, numeric (billionths) in 16, dates (days since the epoch) in 4, bool in 1, and texts in UTF-8. What a null has is
 * undefined.
 */
export interface ColumnValues {
  readonly bytes: Uint8Array;
  /** For texts: where each begins in `bytes`, and where the last one ends. */
  readonly offsets?: Int32Array;
  /** One bit per row from the lowest, 1 where there is a value; undefined if there is no null. */
  readonly validity?: Uint8Array;
}

/** Some rows, column by column, in the order of the query. */
export interface ColumnPiece {
  readonly rowCount: number;
  readonly columns: readonly ColumnValues[];
}

/**
 * The formats of files that an engine writes. `csv` is RFC 4180 in UTF-8 with CRLF and without a header: null is an empty field,
 * and a text that a spreadsheet might run as a formula gets a leading apostrophe.
 */
export type BulkFormat = 'csv' | 'parquet';

/** Reads many rows without making an object of each. */
export interface BulkReader {
  /** The rows in pieces. */
  columns(query: BulkQuery): AsyncIterable<ColumnPiece>;
  /** The bytes of a file that the engine writes as a whole before the first of them is given. */
  file(query: BulkQuery, format: BulkFormat): AsyncIterable<Uint8Array>;
}
