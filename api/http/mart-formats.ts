import { ARROW_TYPE, arrowStream } from '../../reports/render/arrow.ts';
import { csvRecords, textCell } from '../../reports/render/csv-records.ts';
import type { ColumnShape, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse/warehouse.ts';

export interface MartFormat {
  readonly mediaType: string;
  /** Writes the rows piece by piece, with at most one piece in memory. */
  write(table: TableShape, pieces: AsyncIterable<readonly ValueRow[]>): AsyncIterable<string | Uint8Array>;
}

/** The formats in which a mart can be read. */
export const MART_FORMATS = {
  json: { mediaType: 'application/json; charset=utf-8', write: writeJson },
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeCsv },
  arrow: { mediaType: ARROW_TYPE, write: arrowStream },
} as const satisfies Readonly<Record<string, MartFormat>>;

/** One array of objects with one row per line; integers with all their digits, exact decimals as strings. */
async function* writeJson({ columns }: TableShape, pieces: AsyncIterable<readonly ValueRow[]>): AsyncGenerator<string> {
  const members = columns.map(({ name }) => [name, `${JSON.stringify(name)}:`] as const);
  const rowText = (row: ValueRow): string =>
    `{${members.map(([name, key]) => `${key}${jsonText(row[name] ?? null)}`).join(',')}}`;
  let separator = '[\n';
  for await (const rows of pieces) {
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
async function* writeCsv({ columns }: TableShape, pieces: AsyncIterable<readonly ValueRow[]>): AsyncGenerator<string> {
  yield csvRecords([columns.map(({ name }) => name)]);
  for await (const rows of pieces) {
    if (rows.length > 0)
      yield csvRecords(rows.map((row) => columns.map((column) => csvText(column, row[column.name] ?? null))));
  }
}

/** Text that a spreadsheet might run as a formula gets a leading apostrophe; numbers, including negative ones, do not. */
function csvText({ type }: ColumnShape, value: Value): string {
  const text = value === null ? '' : String(value);
  return type === 'string' || type === 'json' ? textCell(text) : text;
}
