import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MART_FORMATS } from '../../../api/http/mart-formats.ts';
import { currentVersion, removeOldVersions, requireCurrentFile } from '../../../jobs/publish-marts/folders.ts';
import { publishMarts } from '../../../jobs/publish-marts/publish-marts.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { selectOnFile } from '../../../warehouse/duckdb/select-on-file.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { BiRole } from '../../../warehouse/published/published-table.ts';
import { type As, fillMarts, NOW, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let folder: string;
beforeAll(async () => {
  api = await openTestApi({ BI_QUERY_ROWS: '1000', BI_QUERY_MEMORY: '256MiB' });
  folder = requirePresent(api.services.publishing, 'The test has a folder.').folder;
  await fillMarts(api.services);
});
afterAll(() => api.close());

const publish = () => runJob(api.services, { job: publishMarts, startedBy: 'ada' });
const ask = (
  sql: string,
  { as = 'analyst', format = 'json', gzip = false }: { as?: As; format?: string; gzip?: boolean } = {},
) =>
  api.request(as, '/v1/query', {
    method: 'POST',
    payload: { sql, format },
    ...(gzip && { headers: { 'accept-encoding': 'gzip' } }),
  });

/** What a query gives that is run here and not in a process of its own, which would take longer than most of them. */
async function rows(sql: string, role: BiRole = 'analyst') {
  const limits = { memoryLimit: '256MiB', threads: 2, rows: 1000, folder: join(folder, 'here') };
  const result = await selectOnFile({ file: (await requireCurrentFile(folder, role)).file, sql, limits });
  try {
    const read = { table: { name: 'query', meaning: '', columns: result.columns }, query: [result.sql, []] as const };
    return JSON.parse((await buffer(MART_FORMATS.json.write({ ...read, warehouse: result.reader }))).toString());
  } finally {
    result.close();
  }
}
const refusal = (sql: string): Promise<string> =>
  rows(sql).then(
    () => 'It was not refused.',
    (error: unknown) => (error instanceof Rejected ? error.message : `No refusal: ${error}`),
  );
const problem = async (sql: string) => {
  const response = await ask(sql);
  return [response.statusCode, response.json().detail];
};

test('before the first publication, a query says what to do', async () => {
  expect(await problem('select 1')).toEqual([
    503,
    'Nothing was published yet; run publish-marts, which also follows each build.',
  ]);
});

describe('published marts', () => {
  beforeAll(publish);

  test('have the rows and sums of the warehouse, and say which publication they are', async () => {
    const [balance] = await api.services.warehouse.query(
      'select count(*) as count, sum(royalty_amount) as sum from tantieme.royalties',
    );
    expect(await rows('select count(*) as count, sum(royalty_amount) as sum from tantieme.royalties')).toEqual([
      { count: Number(balance?.count), sum: balance?.sum },
    ]);
    const [named] = await rows('select * from publication');
    expect(named).toMatchObject({ published_at: '2026-02-02T06:00:00.000Z', closed_period: null, seal: null });
    expect(named.publication_version).toBe(await currentVersion(folder, 'analyst'));
    expect(
      await rows(
        `select column_name, published_total from publication_checks where table_name = 'royalties' and column_name in ('*', 'royalty_amount') order by 1`,
      ),
    ).toEqual([
      { column_name: '*', published_total: '6' },
      { column_name: 'royalty_amount', published_total: balance?.sum },
    ]);
  });

  test('have every creator, asset and developer that a row names, with comments', async () => {
    expect(await rows('select creator_id, country from creators order by 1')).toEqual([
      { creator_id: 'cr_ada', country: null },
      { creator_id: 'cr_ben', country: null },
    ]);
    expect(
      await rows(
        `select comment from duckdb_columns() where table_name = 'royalties' and column_name = 'royalty_amount'`,
      ),
    ).toEqual([{ comment: "The creator's share of the gross amount after the platform fee, to nine decimal places." }]);
  });

  test('are published as Parquet by period, of which analysts have the same files where nothing is masked', async () => {
    const current = (role: string, table: string) => readdir(join(folder, role, 'current', 'parquet', table));
    expect(await current('analyst', 'royalties')).toEqual(['2026-01.parquet', '2026-02.parquet']);
    expect(await current('analyst', 'payouts')).toEqual(['payouts.parquet']);
    expect(await readdir(join(folder, 'analyst', 'current', 'parquet'))).not.toContain('connected_accounts');
  });

  test('a later publication replaces them at once; one that fails leaves them', async () => {
    const before = await currentVersion(folder, 'analyst');
    await publish();
    const current = await currentVersion(folder, 'analyst');
    expect(current).not.toBe(before);
    // As on a full disk: nothing can be written into the folder of the role.
    const blocked = join(folder, 'finance');
    await rm(join(folder, 'aside'), { recursive: true, force: true });
    const { rename } = await import('node:fs/promises');
    await rename(blocked, join(folder, 'aside'));
    await writeFile(blocked, '');
    await expect(publish()).rejects.toThrow('ENOTDIR');
    await rm(blocked);
    await rename(join(folder, 'aside'), blocked);
    expect(await currentVersion(folder, 'analyst')).toBe(current);
    expect(await rows('select count(*) as count from royalties')).toEqual([{ count: 6 }]);
  });

  test('an older version stays for an hour after it was replaced', async () => {
    const role = 'analyst';
    const current = requirePresent(await currentVersion(folder, role), 'There is a publication.');
    const [older, old] = ['20260202T040000000Z-000000', '20260202T050000000Z-000000'];
    for (const name of [older, old, '.writing_of_a_dead_process']) await mkdir(join(folder, role, name));
    await removeOldVersions(folder, { role, now: NOW });
    expect(await readdir(join(folder, role))).toEqual(expect.arrayContaining([older, old, current]));
    await removeOldVersions(folder, { role, now: NOW + 1 });
    const left = await readdir(join(folder, role));
    expect(left).not.toContain(older);
    expect(left).not.toContain('.writing_of_a_dead_process');
    expect(left).toEqual(expect.arrayContaining([old, current, 'current']));
  });
});

describe('a query', () => {
  test('of an analyst finds no personal column; finance sees them', async () => {
    const sql = 'select creator_id, account_id_stripe from balances order by creator_id limit 1';
    expect(await refusal(sql)).toContain('"account_id_stripe" not found');
    expect(await rows(sql, 'finance')).toEqual([{ creator_id: 'cr_ada', account_id_stripe: null }]);
  });

  test('is answered in each format, with all digits, compressed if that is accepted', async () => {
    const sql =
      'select adjustments_minor, carried_out_exact, is_closed from balances join months using (period) limit 1';
    expect((await ask(sql)).body).toBe(
      '[\n{"adjustments_minor":-9007199254740993,"carried_out_exact":"0.000000001","is_closed":false}\n]\n',
    );
    const csv = await ask(sql, { format: 'csv', gzip: true });
    expect([csv.headers['content-encoding'], gunzipSync(csv.rawPayload).toString()]).toEqual([
      'gzip',
      'adjustments_minor,carried_out_exact,is_closed\r\n-9007199254740993,0.000000001,false\r\n',
    ]);
    const arrow = tableFromIPC((await ask(sql, { format: 'arrow' })).rawPayload);
    expect(arrow.get(0)?.adjustments_minor).toBe(-9_007_199_254_740_993n);
    const parquet = await ask(sql, { format: 'parquet' });
    expect(parquet.rawPayload.subarray(0, 4).toString()).toBe('PAR1');
    expect(parquet.headers.publication).toBe(await currentVersion(folder, 'analyst'));
  });

  test.each([
    "select ';' as text; -- the end; of it",
    "select ';' as text;\n/* the end; of it */ ;",
    "/* ; */ select ';' as text -- the end; of it",
  ])('may end with a semicolon and comments: %s', async (sql) => {
    expect(await rows(sql)).toEqual([{ text: ';' }]);
  });

  test('gives any type of the engine in a type of the format', async () => {
    expect(
      await rows(
        `select sum(minimum_minor) as sums, 7 / 2 as half, [1, 2] as list, {'a': 1} as struct, interval 1 day as span, date '2026-01-31' as day, timestamp '2026-01-31 10:00:00' as moment, null as nothing from balances`,
      ),
    ).toEqual([
      {
        sums: 2000,
        half: 3.5,
        list: '[1,2]',
        struct: '{"a":1}',
        span: '1 day',
        day: '2026-01-31',
        moment: '2026-01-31T10:00:00.000Z',
        nothing: null,
      },
    ]);
  });

  test.each([
    ['select 1; select 2', 'there are 2 statements; send one'],
    ['delete from royalties', 'it is not one SELECT; send that alone'],
    ["set memory_limit = '8GB'", 'it is not one SELECT; send that alone'],
    [`copy royalties to '/tmp/out.csv'`, 'it is not one SELECT; send that alone'],
    ['pivot royalties on currency using sum(royalty_amount)', 'it is not one SELECT; send that alone, without PIVOT'],
    ['select royalty from royalties', 'Referenced column "royalty" not found'],
    ['select from', 'syntax error'],
    ['', 'there are 0 statements; send one'],
    [`select * from read_text('/etc/passwd')`, 'function read_text is not allowed'],
    [`select * from '/etc/passwd.csv'`, 'Permission Error'],
    [`select * from glob('/*')`, 'function glob is not allowed'],
    [`select * from read_duckdb('finance/current/tantieme.duckdb')`, 'function read_duckdb is not allowed'],
    // It would end the process, in spite of a locked configuration.
    [
      `select 1 where 1 in (select 1 from Enable_Logging(storage = 'file', storage_path = '/tmp/log'))`,
      'function enable_logging is not allowed',
    ],
    [`select * from query('select 1')`, 'function query is not allowed'],
    ['select main.sleep_ms(60000)', 'function sleep_ms is not allowed'],
    ['with gone as (delete from royalties returning creator_id) from gone', 'A CTE needs a SELECT'],
    ['select 1) as query; drop table royalties; select (1', 'syntax error'],
    [`select timestamp 'infinity' as moment`, 'a date is not in the years 1 to 9999'],
    [`select date '10000-01-01' as day`, 'a date is not in the years 1 to 9999'],
    [`select timestamp '0044-03-15 (BC)' as moment`, 'a date is not in the years 1 to 9999'],
    ['select * from range(1001)', 'The query has more than 1000 rows'],
    ['select cast(1e30 as bigint)', 'Conversion Error'],
    ["select string_agg(repeat(cast(range as varchar), 1000), '') as text from range(1000000)", 'Out of Memory'],
  ])('%s is refused in one sentence', async (sql, why) => {
    const sentence = await refusal(sql);
    expect(sentence).toContain(why);
    expect(sentence).not.toContain('\n');
  });

  test.each([
    [`select ${Array(1001).fill('1')}`, 'list of more than 1000 expressions'],
    [`from ${Array(31).fill('royalties').join(' natural join ')}`, 'more than 30 tables'],
    [`from ${Array(3).fill(`(select ${Array(400).fill('1')})`)}`, 'more than 1000 columns'],
  ])('whose planning would outlast its time is refused (%#)', async (sql, why) => {
    expect(await refusal(sql)).toContain(why);
  });
});

test('a query that cannot run is a problem of the request', async () => {
  expect(await problem('select royalty from royalties')).toEqual([
    400,
    expect.stringMatching(/^The query cannot be run: .*Referenced column "royalty" not found/),
  ]);
});

test('the files of a folder are those that the README of BI tools names', async () => {
  const guide = await readFile(new URL('../../../warehouse/bi.md', import.meta.url), 'utf8');
  expect(guide).toContain('bi/analyst/current/tantieme.duckdb');
});
