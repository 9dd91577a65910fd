import { csvRecords, textCell } from '../../reports/render/csv-records.ts';
import type { BulkQuery } from '../../warehouse/bulk.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import { columnPieces } from '../../warehouse/row-columns.ts';
import type { ColumnShape, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';

/** The rows of a mart that were asked for. */
export interface MartRead {
  readonly table: TableShape;
  readonly query: BoundQuery;
  readonly warehouse: Pick<Warehouse, 'stream' | 'bulk'>;
}

interface MartFormat {
  readonly mediaType: string;
  /** Writes the rows piece by piece, with at most one piece in memory. Throws `Rejected` if the engine cannot write it. */
  write(read: MartRead): AsyncIterable<string | Uint8Array>;
}

/** The formats in which a mart can be read. */
export const MART_FORMATS = {
  json: { mediaType: 'application/json; charset=utf-8', write: writeJson },
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeCsv },
  arrow: { mediaType: 'application/vnd.apache.arrow.stream', write: writeArrow },
  parquet: { mediaType: 'application/vnd.apache.parquet', write: writeParquet },
} as const satisfies Readonly<Record<string, MartFormat>>;

export type MartFormatName = keyof typeof MART_FORMATS;

export const MART_FORMAT_NAMES = Object.keys(MART_FORMATS) as MartFormatName[];

/** One array of objects with one row per line; integers with all their digits, exact decimals as strings. */
async function* writeJson({ table: { columns }, query, warehouse }: MartRead): AsyncGenerator<string> {
  const members = columns.map(({ name }) => [name, `${JSON.stringify(name)}:`] as const);
  const rowText = (row: ValueRow): string =>
    `{${members.map(([name, key]) => `${key}${jsonText(row[name] ?? null)}`).join(',')}}`;
  let separator = '[\n';
  for await (const rows of warehouse.stream(...query)) {
    if (rows.length === 0) continue;
    yield separator + rows.map(rowText).join(',\n');
    separator = ',\n';
  }
  yield separator === ',\n' ? '\n]\n' : '[]\n';
}

function jsonText(value: Value): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** RFC 4180 in UTF-8 with CRLF and a header; null is an empty field. */
async function* writeCsv(read: MartRead): AsyncGenerator<string | Uint8Array> {
  const { columns } = read.table;
  yield csvRecords([columns.map(({ name }) => name)]);
  const { bulk } = read.warehouse;
  if (bulk) {
    yield* bulk.file(bulkQuery(read), 'csv');
    return;
  }
  for await (const rows of read.warehouse.stream(...read.query)) {
    if (rows.length > 0)
      yield csvRecords(rows.map((row) => columns.map((column) => csvText(column, row[column.name] ?? null))));
  }
}

async function* writeArrow(read: MartRead): AsyncGenerator<Uint8Array> {
  const { arrowStream } = await import('../../reports/render/arrow.ts');
  const { table, query, warehouse } = read;
  const pieces = warehouse.bulk?.columns(bulkQuery(read)) ?? columnPieces(table.columns, warehouse.stream(...query));
  yield* arrowStream(table, pieces);
}

/** Compressed by zstd; instants in UTC, exact decimals as decimal(38, 9). */
function writeParquet(read: MartRead): AsyncIterable<Uint8Array> {
  const { bulk } = read.warehouse;
  if (!bulk)
    throw new Rejected('Only DuckDB writes Parquet; this warehouse is on BigQuery. Choose arrow, csv or json.');
  return bulk.file(bulkQuery(read), 'parquet');
}

function bulkQuery({ table: { columns }, query: [sql, parameters] }: MartRead): BulkQuery {
  return { sql, parameters, columns };
}

/** Text that a spreadsheet might run as a formula gets a leading apostrophe; numbers, including negative ones, do not. */
function csvText({ type }: ColumnShape, value: Value): string {
  const text = value === null ? '' : String(value);
  return type === 'string' || type === 'json' ? textCell(text) : text;
}
