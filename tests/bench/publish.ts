import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { tablesOf } from '../../transforms/published/published.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { PublishedFile } from '../../warehouse/published/database-files.ts';
import { publishToPostgres } from '../../warehouse/published/postgres/publish.ts';
import { copying, placedTables } from '../../warehouse/published/postgres/schemas.ts';
import type { PublishedTable } from '../../warehouse/published/published-table.ts';
import { type Figure, paired, timed } from './measure.ts';
import { inFolder } from './month.ts';

/** A smaller number has the same shape, for a machine that is shared. */
const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const RUNS = 3;

/**
 * The seconds in which a million royalties of a month, or BENCH_ROWS of them, are published to the PostgreSQL of TEST_OPERATIONAL_URL, against psql's \copy of the
 * same rows as a ready file into the same table, with its key and index and foreign keys off in both.
 */
export async function benchPublish(): Promise<Figure[]> {
  const server = process.env.TEST_OPERATIONAL_URL;
  if (!server?.startsWith('postgres')) {
    console.log(
      'publish     skipped: TEST_OPERATIONAL_URL names no PostgreSQL server; use .ci/with-postgresql npm run bench -- publish',
    );
    return [];
  }
  return inFolder(async (folder) => {
    const admin = await connected(server);
    const name = `tantieme_bench_${process.pid}`;
    await admin.query(`create database ${name}`);
    const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
    try {
      return [await compare(folder, url)];
    } finally {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    }
  });
}

const NAMES = ['royalties', 'creators', 'assets', 'developers', 'months', 'dates'];

async function compare(folder: string, url: string): Promise<Figure> {
  const some = (role: 'analyst' | 'finance'): PublishedTable[] =>
    tablesOf(role).filter(({ name }) => NAMES.includes(name));
  const tables = { analyst: some('analyst'), finance: some('finance') };
  const royalties = requirePresent(
    tables.finance.find(({ name }) => name === 'royalties'),
    'There are royalties.',
  );
  const files = [await fileOf(folder, tables.finance, 1), await fileOf(folder, tables.finance, 2)];
  const [csvPath, ready] = [join(folder, 'part.csv'), join(folder, 'ready.csv')];
  let run = 0;
  const publish = async (): Promise<void> => {
    const file = requirePresent(files[run++ % 2], 'There are two files.');
    await publishToPostgres({ url, file, tables, csvPath, queryTimeMs: 60_000 });
  };
  await publish();
  await files[0]?.csv({ table: royalties, period: '2026-01', path: ready });
  const [placed] = placedTables(tables).filter(({ table }) => table.name === 'royalties');
  const copy = copying(requirePresent(placed, 'The royalties have a table.'));
  const figures = await paired(RUNS, {
    ours: () => timed(publish),
    limit: async () => {
      const client = await connected(url);
      await client.query('delete from tantieme.royalties');
      await client.query('delete from tantieme_publisher.parts');
      await client.query('vacuum tantieme.royalties');
      await client.end();
      return timed(() => psql(url, { ready, copy }));
    },
  });
  for (const file of files) file.close();
  return {
    ...{ name: 'publish', unit: 's', limitIs: "psql's \\copy into the same table; less is better, at most 150 %" },
    ...figures,
  };
}

async function fileOf(folder: string, tables: readonly PublishedTable[], number: number): Promise<PublishedFile> {
  const warehouse = await openDuckDb({ path: ':memory:' });
  const files = requirePresent(warehouse.files, 'DuckDB has files.');
  const path = join(folder, `${number}.duckdb`);
  const rows = `select '2026-01' as period, 'movement_' || md5(cast(range as varchar)) as movement_id, 'cr_' || range % 20000 as creator_id,
    'earning' as movement_kind, 'sale_' || range as revenue_event_id, 'sale' as revenue_event_kind, 'asset_' || range % 50000 as asset_id,
    'dev_' || range % 500 as developer_id, 'one_time' as license_type, 'terms_' || range % 60000 as terms_id, 'USD' as currency,
    2000::bigint as fee_bps, 10000::bigint as share_bps, 1::bigint as revenue_event_count, 1::decimal(38, 9) as units,
    (range * 0.000000001)::decimal(38, 9) + ${number} as gross_amount, 1::decimal(38, 9) as platform_fee_amount,
    4::decimal(38, 9) as royalty_amount, '2026-01' as earned_period, timestamptz '2026-01-01 00:00:00Z' + to_microseconds(range) as occurred_at
    from range(${ROWS})`;
  const empty = ({ columns }: PublishedTable): string =>
    `select ${columns.map(({ name, type }) => `cast(null as ${type === 'string' ? 'varchar' : type === 'bool' ? 'boolean' : type === 'timestamp' ? 'timestamptz' : 'date'}) as ${name}`).join(', ')} where false`;
  await files.write(
    { analyst: `${path}.analyst`, finance: path },
    {
      tables: { analyst: tables, finance: tables },
      select: (table) => (table.name === 'royalties' ? rows : empty(table)),
      conclude: async () => [],
    },
  );
  await warehouse.close();
  return files.open(path);
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** As a user of psql would: foreign keys off, one statement. */
async function psql(url: string, { ready, copy }: { ready: string; copy: string }): Promise<void> {
  const script = `set session_replication_role = replica;\n\\${copy.replace('from stdin', `from '${ready}'`)}\n`;
  const child = spawn('psql', ['-q', '-v', 'ON_ERROR_STOP=1', url], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(script);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`psql ended with ${code}.`);
}
