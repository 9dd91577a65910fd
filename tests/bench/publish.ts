import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { tablesOf } from '../../transforms/published/published.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { PublishedFile } from '../../warehouse/published/database-files.ts';
import { CHEAPEST_PLANS, publishToPostgres } from '../../warehouse/published/postgres/publish.ts';
import {
  copying,
  deletingPart,
  orphansOf,
  pathOf,
  placedTables,
  STATE_SCHEMA,
} from '../../warehouse/published/postgres/schemas.ts';
import type { PublishedTable } from '../../warehouse/published/published-table.ts';
import { type Effort, type Figure, medianOf, timed } from './measure.ts';
import { inFolder } from './month.ts';

/** A smaller number has the same shape, for a machine that is shared. */
const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const RUNS = 3;

/**
 * The CPU seconds of all processes, those of the server too, in which a million royalties of a month, or BENCH_ROWS of them, are published to the PostgreSQL of
 * TEST_OPERATIONAL_URL on this machine: a month that is new, and one of which every row has changed. The limit is psql's \copy of the same rows as a ready file into the
 * same table with its key and index, after a DELETE of the former rows in the same transaction; foreign keys are off in both and then proven by the same plans, and both
 * ANALYZE and VACUUM. Ours also writes that file, finds out what has changed, and compares sums.
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
      return await compare(folder, url);
    } finally {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    }
  });
}

const NAMES = ['royalties', 'creators', 'assets', 'developers', 'months', 'dates'];

async function compare(folder: string, url: string): Promise<Figure[]> {
  const some = (role: 'analyst' | 'finance'): PublishedTable[] =>
    tablesOf(role).filter(({ name }) => NAMES.includes(name));
  const tables = { analyst: some('analyst'), finance: some('finance') };
  const placed = requirePresent(
    placedTables(tables).find(({ table }) => table.name === 'royalties'),
    'The royalties have a table.',
  );
  const [file, ...former] = [
    await fileOf(folder, tables.finance, 1),
    await fileOf(folder, tables.finance, 2),
    await fileOf(folder, tables.finance, 3),
  ] as const;
  const [csvPath, ready] = [join(folder, 'part.csv'), join(folder, 'ready.csv')];
  await file.csv({ table: placed.table, period: '2026-01', path: ready });
  const publish = async (file: PublishedFile): Promise<void> => {
    await publishToPostgres({ url, file, tables, csvPath, queryTimeMs: 60_000 });
  };
  await publish(file);
  const client = await connected(url);
  // So that it does not begin within a run of only one of the two.
  await client.query(`alter table ${pathOf(placed)} set (autovacuum_enabled = false)`);
  const script = [
    'begin;',
    `${CHEAPEST_PLANS};`,
    'set local session_replication_role = replica;',
    `${deletingPart(placed, '2026-01')};`,
    `\\${copying(placed).replace('from stdin', `from '${ready}'`)}`,
    `analyze ${pathOf(placed)};`,
    ...placed.foreignKeys.map((key) => `${orphansOf(placed, key)};`.replaceAll(/\s+/g, ' ')),
    'commit;',
    `vacuum ${pathOf(placed)};`,
  ].join('\n');
  const server = await serverOf(url);
  const run = { ours: () => publish(file), limit: () => psql(url, script) };
  let count = 0;
  const before = {
    async new() {
      await client.query(`delete from ${pathOf(placed)}`);
      await client.query(`delete from ${STATE_SCHEMA}.parts where path = $1`, [pathOf(placed)]);
      await client.query(`vacuum ${pathOf(placed)}`);
    },
    // What psql has loaded is unknown to the publisher, so each time another file comes before.
    changed: async () => publish(requirePresent(former[count++ % 2], 'There are two.')),
  };
  const figures: Figure[] = [];
  for (const kind of ['new', 'changed'] as const) {
    const efforts = { ours: [] as Effort[], limit: [] as Effort[] };
    // Each is the first in every second pair. The first pair is a warm-up.
    for (let pair = 0; pair <= RUNS; pair++) {
      const order = pair % 2 === 0 ? (['limit', 'ours'] as const) : (['ours', 'limit'] as const);
      for (const each of order) {
        await toItsEnd(server, before[kind]);
        const effort = await effortOf(server, run[each]);
        if (pair > 0) efforts[each].push(effort);
      }
    }
    const effort = { ours: medianOf(efforts.ours), limit: medianOf(efforts.limit) };
    figures.push({
      ...{ name: 'publish', unit: 'CPU s', ours: effort.ours.cpuSeconds, limit: effort.limit.cpuSeconds, effort },
      limitIs: `psql's DELETE, \\copy, ANALYZE and VACUUM of a ${kind} month, and the proof of keys; less is better, at most 150 %`,
    });
  }
  await client.end();
  for (const each of [file, ...former]) each.close();
  return figures;
}

/** What work takes in this process, in those that it starts, and in the server. */
async function effortOf(server: number, work: () => Promise<void>): Promise<Effort> {
  const all = (): number => cpuSecondsOf(process.pid) + cpuSecondsOf(server);
  const began = all();
  const seconds = await timed(() => toItsEnd(server, work));
  return { seconds, cpuSeconds: all() - began };
}

/** Until the server's processes for the connections have ended too: only then it knows what they took. */
async function toItsEnd(server: number, work: () => Promise<void>): Promise<void> {
  const before = childrenOf(server);
  await work();
  while (childrenOf(server).some((child) => !before.includes(child))) await setTimeout(10);
}

/** The process that starts one for each connection. */
async function serverOf(url: string): Promise<number> {
  const client = await connected(url);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const parent = Number(statOf(rows[0]?.pid ?? 0)[1]);
  await client.end();
  return parent;
}

function childrenOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
}

/** Of a process and of those it started that have ended; Linux counts a hundredth of a second. */
function cpuSecondsOf(pid: number): number {
  return statOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
}

/** The fields after the name, which may have spaces: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
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

async function psql(url: string, script: string): Promise<void> {
  const child = spawn('psql', ['-q', '-v', 'ON_ERROR_STOP=1', url], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(`${script}\n`);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`psql ended with ${code}.`);
}
