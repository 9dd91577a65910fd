import { join } from 'node:path';
import { MART_FORMATS, type MartRead } from '../../api/http/mart-formats.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { ColumnShape, ColumnType } from '../../warehouse/vocabulary/tables.ts';
import { type Figure, paired, timed } from './measure.ts';
import { inFolder } from './month.ts';

const ROWS = 400_000;
/** What reading a mart in Arrow must reach. */
const ARROW_BOUND = 200_000;

const TYPES: Readonly<Record<string, ColumnType>> = {
  period: 'string',
  posting_id: 'string',
  account: 'string',
  creator_id: 'string',
  posting_amount: 'numeric',
  posting_amount_minor: 'int64',
  currency: 'string',
  occurred_at: 'timestamp',
};
const columns: readonly ColumnShape[] = Object.entries(TYPES).map(([name, type]) => ({ name, type, optional: false }));
const SQL = 'select * from postings order by period, posting_id';

/** Rows per second of a mart with eight columns, ordered by its key: to Arrow, and to CSV and Parquet against the engine's own. */
export async function benchMarts(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await openDuckDb({ path: join(folder, 'warehouse.duckdb'), spillFolder: join(folder, 'spill') });
    await warehouse.transaction((writer) =>
      writer.query(`create table postings as
        select '2026-01' as period, 'posting_' || md5(cast(range as varchar)) as posting_id, 'creator_payable' as account,
          'cr_' || (range % 20000) as creator_id, cast(range * 0.000000001 as decimal(38, 9)) as posting_amount,
          range as posting_amount_minor, 'USD' as currency, timestamptz '2026-01-01 00:00:00Z' + to_microseconds(range) as occurred_at
        from range(${ROWS})`),
    );
    const read: MartRead = { table: { name: 'postings', meaning: '', columns }, query: [SQL, []], warehouse };
    const rate = async (work: () => Promise<unknown>): Promise<number> => ROWS / (await timed(work));
    const ours = (format: 'arrow' | 'csv' | 'parquet') => () => rate(() => drain(MART_FORMATS[format].write(read)));
    const copy = (options: string) => () =>
      rate(() => warehouse.query(`copy (${SQL}) to '${join(folder, 'copied')}' (${options})`));
    const arrow = await paired(3, { ours: ours('arrow'), limit: async () => ARROW_BOUND });
    const csv = await paired(3, { ours: ours('csv'), limit: copy('format csv') });
    const parquet = await paired(3, { ours: ours('parquet'), limit: copy('format parquet, compression zstd') });
    await warehouse.close();
    return [
      { name: 'arrow', unit: 'rows/s', limitIs: 'the bound for eight columns; more is better', ...arrow },
      { name: 'csv', unit: 'rows/s', limitIs: "DuckDB's own CSV to a file", ...csv },
      { name: 'parquet', unit: 'rows/s', limitIs: "DuckDB's own Parquet to a file", ...parquet },
    ];
  });
}

async function drain(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const piece of pieces) if (piece === undefined) throw new Error('A piece must not be undefined.');
}
