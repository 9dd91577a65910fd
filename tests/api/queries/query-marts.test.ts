import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endProcess, takeProcess } from '../../../api/queries/processes.ts';
import { type MartQuery, type PublishedAnswer, queryMarts, removeQueries } from '../../../api/queries/query-marts.ts';
import type { PublishingSettings } from '../../../jobs/job.ts';
import { DATABASE_FILE } from '../../../jobs/publish-marts/folders.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';

/** Each query runs in a process of its own, on a publication that has nothing in it. */

const VERSION = '20260202T060000000Z-000000';
const SLOW = 'select sum(a.range * b.range) as sum from range(1000000) as a, range(1000000) as b';
/** Its columns have long names, which are in each row of JSON. */
const wide = (rows: number): string =>
  `select ${Array.from({ length: 20 }, (_, at) => `range as ${'c'.repeat(80)}${at}`)} from range(${rows})`;

let own: TemporaryFolder;
let warehouse: Warehouse;
beforeAll(async () => {
  own = await temporaryFolder();
  const version = join(own.path, 'analyst', VERSION);
  await mkdir(version, { recursive: true });
  await symlink(VERSION, join(own.path, 'analyst', 'current'));
  await (await openDuckDb({ path: join(version, DATABASE_FILE) })).close();
  warehouse = await openDuckDb({ path: ':memory:' });
});
afterAll(async () => {
  await warehouse.close();
  await own[Symbol.asyncDispose]();
});

const publishing = (settings: Partial<PublishingSettings> = {}): PublishingSettings => ({
  ...{ folder: own.path, queryTimeMs: 60_000, queryMemory: '256MiB', queryRows: 1000, queryProcesses: 2 },
  ...settings,
});
const query = (
  sql: string,
  { askedBy = 'ada', signal, ...settings }: Partial<PublishingSettings & Pick<MartQuery, 'askedBy' | 'signal'>> = {},
) =>
  queryMarts(
    { warehouse, publishing: publishing(settings) },
    { sql, role: 'analyst', format: 'json', askedBy, ...(signal && { signal }) },
  );
const text = async (sql: string) => (await buffer((await query(sql)).rows)).toString();
const sizeOf = async ({ rows }: PublishedAnswer) => (await buffer(rows)).byteLength;
const left = () => readdir(join(own.path, '.queries'));

test('gives the rows, and leaves nothing', async () => {
  const { version, rows } = await query('select 1 as one');
  // The answer can be read although its file has no name any more.
  expect(await left()).toEqual([]);
  expect([version, (await buffer(rows)).toString()]).toEqual([VERSION, '[\n{"one":1}\n]\n']);
});

test.skipIf(process.platform !== 'linux')('has no setting of the server', async () => {
  const child = takeProcess();
  try {
    const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8');
    const names = environment.split('\0').flatMap((each) => each.split('=')[0] || []);
    expect(names).toEqual(['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']);
  } finally {
    await endProcess(child);
  }
});

test('ends with its time, or when its caller has gone', async () => {
  await expect(query(SLOW, { queryTimeMs: 900 })).rejects.toThrow(
    'The query took longer than 0.9 s and was stopped; read fewer rows or columns.',
  );
  const gone = new AbortController();
  const asked = query(SLOW, { signal: gone.signal });
  gone.abort();
  await expect(asked).rejects.toThrow('nobody waits for its result');
  expect(await left()).toEqual([]);
});

test.each([
  ['repeats a repetition', `select length(repeat(repeat('x', 100000), 30000)) as n`, 'more memory than 256MiB', {}],
  ['is nested deeply', `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, 'The query cannot be run', {}],
  [
    'recurses for ever',
    'with recursive n as (select 1 as i union all select i + 1 from n) select max(i) from n',
    'took longer than',
    { queryTimeMs: 1200 },
  ],
  ['has a huge list', 'select list(range) as l from range(100000000)', 'Out of Memory', { queryMemory: '20MB' }],
  ['has a wide result', wide(70_000), 'is too large', { queryMemory: '40MB', queryRows: 70_000 }],
])('one that %s ends in one sentence', async (_, sql, why, settings) => {
  const sentence = await query(sql, settings).then(
    () => 'It was not refused.',
    ({ message }: Error) => message,
  );
  expect(sentence).toContain(why);
  expect(sentence).not.toContain('\n');
  expect(await left()).toEqual([]);
});

test('is answered while another takes all that it can', async () => {
  const gone = new AbortController();
  const other = query(SLOW, { askedBy: 'bob', signal: gone.signal });
  expect(await text('select 1 as one')).toContain('{"one":1}');
  gone.abort();
  await expect(other).rejects.toThrow('nobody waits for its result');
});

test('waits for no more than a few others, and for nobody who does not read', async () => {
  const unread = [await query('select 1 as one'), await query('select 2 as two')];
  const others = ['bob', 'cy'].map((askedBy) => query(SLOW, { askedBy, queryTimeMs: 900 }));
  for (const other of others) other.catch(() => undefined);
  await expect(query('select 1 as one', { askedBy: 'bob' })).rejects.toThrow(
    'The query cannot be run now: one of yours runs already; try again when it has ended.',
  );
  await expect(query('select 1 as one')).rejects.toThrow(
    'The query cannot be run now: 2 others run already; try again in a moment.',
  );
  await Promise.allSettled(others);
  expect(await text('select 3 as three')).toContain('{"three":3}');
  for (const { rows } of unread) rows.destroy();
});

test('that nobody reads is cut off before such answers fill the disk', async () => {
  const large = () => query(wide(20_000), { queryMemory: '20MB', queryRows: 20_000, queryProcesses: 1 });
  const unread = await large();
  // Two of more than 30 MB are more than three times the memory of the one query that may run.
  const other = await large();
  await expect(sizeOf(unread)).rejects.toThrow('The answer was cut off, because too many others are read');
  expect(await sizeOf(other)).toBeGreaterThan(30_000_000);
});

test('of a server that died leaves a folder, which the next start removes', async () => {
  await mkdir(join(own.path, '.queries', 'query_of_a_dead_process'), { recursive: true });
  await removeQueries({ publishing: publishing() });
  expect(await readdir(own.path)).not.toContain('.queries');
});
