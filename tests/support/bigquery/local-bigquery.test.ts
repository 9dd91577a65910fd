import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BigQuery, RoutineMetadata } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { warnSkipped } from '../skipped-tests.ts';
import { clientOf, load, newDataset, pathOf, run, texts } from './client.ts';
import { type LocalBigQuery, startBigQuery } from './local-bigquery.ts';
import { isTooLarge } from './refusal.ts';

if (missingGoogleSql) warnSkipped(`the local BigQuery is not tested: ${missingGoogleSql}.`);

describe.skipIf(missingGoogleSql)('a local BigQuery', () => {
  let localBigQuery: LocalBigQuery;
  let client: BigQuery;
  beforeAll(async () => {
    localBigQuery = await startBigQuery({ projectId: 'acme-test' });
    client = clientOf(localBigQuery);
  });
  afterAll(() => localBigQuery?.stop());

  const USES = [
    { name: 'use_id', type: 'STRING', mode: 'REQUIRED' },
    { name: 'used_at', type: 'TIMESTAMP' },
    { name: 'amount', type: 'NUMERIC' },
  ];

  test('stores a table as it was declared', async () => {
    const dataset = await newDataset(client);
    const layout = {
      timePartitioning: { type: 'DAY', field: 'used_at' },
      clustering: { fields: ['use_id'] },
      requirePartitionFilter: true,
    };
    await dataset.createTable('uses', { schema: USES, description: 'Uses of assets.', ...layout });
    const [metadata] = await dataset.table('uses').getMetadata();
    expect(metadata).toMatchObject({ type: 'TABLE', description: 'Uses of assets.', numRows: '0', ...layout });
    expect(metadata.schema.fields.map(({ mode }: { mode: string }) => mode)).toEqual([
      'REQUIRED',
      'NULLABLE',
      'NULLABLE',
    ]);
    const again = dataset.createTable('uses', { schema: USES });
    await expect(again).rejects.toMatchObject({ code: 409, errors: [{ reason: 'duplicate' }] });
  });

  test('allows to add nullable columns to a table, and no others', async () => {
    const table = (await (await newDataset(client)).createTable('uses', { schema: USES }))[0];
    await load(table, ['{"use_id":"u1"}']);
    const patch = (fields: object[]) => table.setMetadata({ schema: { fields } });
    await patch([...USES, { name: 'note', type: 'STRING' }]);
    expect(localBigQuery.rows(`${table.dataset.id}.uses`)).toMatchObject([{ use_id: 'u1' }]);
    await expect(patch([...USES, { name: 'more', type: 'STRING', mode: 'REQUIRED' }])).rejects.toThrow(
      /Field note is missing in new schema/,
    );
    const noted = [...USES, { name: 'note', type: 'STRING' }];
    await expect(patch([...noted, { name: 'more', type: 'STRING', mode: 'REQUIRED' }])).rejects.toThrow(
      /Cannot add required fields/,
    );
    for (const name of ['_PartitionDay', '_table_x', '__root__', '_change_type']) {
      await expect(patch([...noted, { name, type: 'STRING' }])).rejects.toMatchObject({ code: 400 });
    }
    await expect(patch(noted.with(2, { name: 'amount', type: 'INT64' }))).rejects.toThrow(
      /Field amount has changed type from NUMERIC to INTEGER/,
    );
  });

  test('returns every value exactly as it was loaded', async () => {
    const dataset = await newDataset(client);
    const [table] = await dataset.createTable('all', {
      schema: 's:STRING,i:INT64,n:NUMERIC,b:BOOL,t:TIMESTAMP,d:DATE,f:FLOAT64',
    });
    const most = `${'9'.repeat(29)}.${'9'.repeat(9)}`;
    await load(table, [
      `{"s":"a\\u2028😀\\n","i":9223372036854775807,"n":"${most}","b":true,"t":"2026-01-31 23:59:59.999999+00:00","d":"2024-02-29","f":0.1}`,
      `{"s":"","i":"-9223372036854775808","n":-0.000000001,"b":"false","t":"0001-01-01T00:00:00Z","d":"0001-01-01","f":"-1e300"}`,
      '{}',
    ]);
    expect(await texts(client, `select * from ${pathOf(dataset, 'all')} order by i desc nulls last`)).toEqual([
      ['a\u2028😀\n', '9223372036854775807', most, 'true', '2026-01-31T23:59:59.999999000Z', '2024-02-29', '0.1'],
      ['', '-9223372036854775808', '-0.000000001', 'false', '0001-01-01T00:00:00.000Z', '0001-01-01', '-1e+300'],
      [null, null, null, null, null, null, null],
    ]);
  });

  test('accepts parameters of each type, also NULL and lists', async () => {
    const sql = 'select @i + 1 as i, @n * 2 as n, @t as t, @d as d, @s is null as s, @b as b, "b" in unnest(@l) as l';
    const params = {
      i: client.int('9007199254740993'),
      n: '1.000000001',
      t: client.timestamp('2026-01-01T00:00:00Z'),
      d: client.date('2026-01-31'),
      s: null,
      b: true,
      l: ['a', 'b'],
    };
    const types = { i: 'INT64', n: 'NUMERIC', t: 'TIMESTAMP', d: 'DATE', s: 'STRING', b: 'BOOL', l: ['STRING'] };
    expect(await texts(client, sql, { params, types })).toEqual([
      ['9007199254740994', '2.000000002', '2026-01-01T00:00:00.000Z', '2026-01-31', 'true', 'true', 'true'],
    ]);
    const wrong = client.query({ query: 'select @i as i', params: { i: 'x' }, types: { i: 'INT64' } });
    await expect(wrong).rejects.toMatchObject({ code: 400, errors: [{ reason: 'invalid' }] });
  });

  test('reads views over views and functions over functions, also after the lower ones change', async () => {
    const dataset = await newDataset(client);
    const [table] = await dataset.createTable('t', { schema: 'a:INT64' });
    const routine = (definitionBody: string): RoutineMetadata => ({
      routineType: 'SCALAR_FUNCTION',
      language: 'SQL',
      arguments: [{ name: 'x', argumentKind: 'ANY_TYPE' }],
      definitionBody,
    });
    await dataset.createRoutine('twice', routine('2 * x'));
    await dataset.createRoutine('fourfold', routine(`${pathOf(dataset, 'twice')}(${pathOf(dataset, 'twice')}(x))`));
    const inner = `select ${pathOf(dataset, 'fourfold')}(a) as b from ${pathOf(dataset, 't')}`;
    await dataset.createTable('inner', { view: inner });
    await dataset.createTable('outer', { view: `select sum(b) as total from ${pathOf(dataset, 'inner')}` });
    const total = () => texts(client, `select total from ${pathOf(dataset, 'outer')}`);
    expect(await total()).toEqual([[null]]);
    await load(table, ['{"a":1}', '{"a":2}']);
    expect(await total()).toEqual([['12']]);
    await dataset.routine('twice').setMetadata({ definitionBody: '3 * x' });
    expect(await total()).toEqual([['27']]);
    const [metadata] = await dataset.table('outer').getMetadata();
    expect(metadata).toMatchObject({ type: 'VIEW', schema: { fields: [{ name: 'total', type: 'INTEGER' }] } });
  });

  test('returns results page by page', async () => {
    const query = 'select n from unnest(generate_array(1, 25)) as n order by n';
    const [job] = await client.createQueryJob({ query });
    const [first, next, response] = await job.getQueryResults({ maxResults: 10, autoPaginate: false });
    expect([first.length, first[0], response?.totalRows]).toEqual([10, { n: 1 }, '25']);
    const [second] = await job.getQueryResults({ ...next, autoPaginate: false });
    expect(second.at(-1)).toEqual({ n: 20 });
    expect((await client.query({ query, maxResults: 10 }))[0]).toHaveLength(25);
  });

  test('lists page by page', async () => {
    const dataset = await newDataset(client);
    for (let ordinal = 10; ordinal < 70; ordinal++) await dataset.createTable(`t${ordinal}`, { schema: 'a:INT64' });
    const before = localBigQuery.requests.length;
    const [tables] = await dataset.getTables();
    expect(tables.map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, at) => `t${at + 10}`));
    expect(localBigQuery.requests.slice(before).map(({ operation }) => operation)).toEqual([
      'tables.list',
      'tables.list',
    ]);
  });

  test('requires a partition filter if the table does, also below a view and a union', async () => {
    const dataset = await newDataset(client);
    const schema = 'loaded_at:TIMESTAMP,a:INT64';
    const timePartitioning = { type: 'DAY', field: 'loaded_at' };
    await dataset.createTable('t', { schema, timePartitioning, requirePartitionFilter: true });
    await dataset.createTable('staged', { schema });
    const [t, staged] = [pathOf(dataset, 't'), pathOf(dataset, 'staged')];
    await dataset.createTable('v', { view: `select a + 1 as b, loaded_at from ${t}` });
    const v = pathOf(dataset, 'v');
    const since = 'loaded_at >= timestamp "2026-01-01"';
    const both = `(select * from ${t} union all select * from ${staged})`;
    const refusal = /Cannot query over table '.*t' without a filter over column\(s\) 'loaded_at'/;
    for (const sql of [
      `select a from ${t}`,
      `select b from ${v}`,
      `select a from ${both}`,
      `select a from ${t} where a > 1 or ${since}`,
      `select a from ${t} where loaded_at >= (select max(loaded_at) from ${staged})`,
      `select t.a from ${t} as t join ${staged} as s on s.a = t.a where s.${since}`,
    ]) {
      await expect(client.query(sql), sql).rejects.toThrow(refusal);
    }
    for (const sql of [
      `select a from ${t} where ${since} and a > 1`,
      `select b from ${v} where ${since}`,
      `select a from ${both} where ${since}`,
      `with w as (select * from ${t}) select a from w where date(loaded_at) = "2026-01-01"`,
    ]) {
      expect(await texts(client, sql), sql).toEqual([]);
    }
  });

  test('estimates bytes and columns of a query, and refuses one above the limit', async () => {
    const dataset = await newDataset(client);
    const [table] = await dataset.createTable('t', { schema: 'a:INT64,b:STRING' });
    await load(table, ['{"a":1,"b":"xyz"}', '{"a":2,"b":null}']);
    const query = `select a, b from ${pathOf(dataset, 't')}`;
    const [{ metadata }] = await client.createQueryJob({ query, dryRun: true });
    expect(metadata.statistics).toMatchObject({
      totalBytesProcessed: String(2 * 8 + 5),
      query: { statementType: 'SELECT', schema: { fields: [{ name: 'a' }, { name: 'b' }] } },
    });
    const [{ metadata: narrow }] = await client.createQueryJob({ query: query.replace(', b', ''), dryRun: true });
    expect(narrow.statistics.totalBytesProcessed).toBe('16');
    const dear = run(client, query, { maximumBytesBilled: '1' });
    await expect(dear).rejects.toMatchObject({ errors: [{ reason: 'bytesBilledLimitExceeded' }] });
    const [{ metadata: deleting }] = await client.createQueryJob({
      query: `delete from ${pathOf(dataset, 't')} where true`,
      dryRun: true,
    });
    expect(deleting.statistics.query.statementType).toBe('DELETE');
    expect(localBigQuery.rows(`${dataset.id}.t`)).toHaveLength(2);
  });

  test.each([
    ['select 1 as a,\n  nope as b', 400, 'invalidQuery', /^Unrecognized name: nope at \[2:3\]/],
    ['selec 1', 400, 'invalidQuery', /^Syntax error: Unexpected identifier "selec" at \[1:1\]/],
    ['select 1 as a, 2 as A', 400, 'invalidQuery', /^Duplicate column names in the result/],
    ['select 1 / 0', 400, 'invalidQuery', /^division by zero/],
    ['select * from `acme-test.none.t`', 404, 'notFound', /^Not found: Dataset acme-test:none/],
    ['select * from none.t', 501, 'notImplemented', /one path in backticks/],
    ['select * from `acme-test.d.INFORMATION_SCHEMA.TABLES`', 501, 'notImplemented', /INFORMATION_SCHEMA/],
    ['select [1, 2] as list', 501, 'notImplemented', /the column list of the type ARRAY/],
    ['merge `acme-test.d.t` using x on true', 501, 'notImplemented', /the statement MERGE at \[1:1\]/],
  ])('answers %j with %i %s', async (query, code, reason, message) => {
    await expect(client.query(query)).rejects.toMatchObject({ code, errors: [{ reason }] });
    await expect(client.query(query)).rejects.toThrow(message);
    const [job] = await client.createQueryJob({ query });
    await expect(job.promise()).rejects.toMatchObject({ errors: [{ reason }] });
  });

  test.each([
    ['more than its evaluator accepts', 5 * 2 ** 20, 1, 'select a from t'],
    [
      'more than its evaluator has memory for',
      1000,
      600,
      'select distinct x.a || y.a as b from t as x cross join t as y',
    ],
  ])('reports that it is too small for %s', async (_what, length, count, sql) => {
    const [table] = await (await newDataset(client)).createTable('t', { schema: 'a:STRING' });
    await load(
      table,
      Array.from({ length: count }, (_, at) => JSON.stringify({ a: String(at).padStart(length, 'x') })),
    );
    const query = client.query(sql.replaceAll(/\bt\b/g, pathOf(table.dataset, 't')));
    await expect(query).rejects.toMatchObject({ code: 501, message: expect.toSatisfy(isTooLarge) });
  });

  test('deletes a dataset with its content only with the option for it', async () => {
    const dataset = await newDataset(client);
    await dataset.createTable('t', { schema: 'a:INT64' });
    await expect(dataset.delete()).rejects.toMatchObject({ errors: [{ reason: 'resourceInUse' }] });
    await dataset.delete({ force: true });
    expect(await dataset.exists()).toEqual([false]);
  });

  test('finds a job outside of US and EU only with its location', async () => {
    const elsewhere = await startBigQuery({ projectId: 'acme-test', location: 'europe-west6' });
    const there = clientOf(elsewhere);
    const [job] = await there.createQueryJob({ query: 'select 1 as one', location: 'europe-west6' });
    await expect(there.job(job.id ?? '').getMetadata()).rejects.toMatchObject({ code: 404 });
    expect((await job.getQueryResults())[0]).toEqual([{ one: 1 }]);
    await elsewhere.stop();
  });

  test('has its state again after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bigquery-'));
    const earlier = await startBigQuery({ projectId: 'acme-test', folder });
    const dataset = await newDataset(clientOf(earlier));
    const [table] = await dataset.createTable('t', {
      schema: 'a:INT64,n:NUMERIC',
      timePartitioning: { type: 'MONTH' },
    });
    await load(dataset.table('t$202601'), ['{"a":9007199254740993,"n":"0.1"}'], { jobId: 'only_once' });
    await dataset.createTable('v', { view: `select a from ${pathOf(dataset, 't')}` });
    await earlier.stop();
    const later = await startBigQuery({ projectId: 'acme-test', folder });
    expect(later.rows(`${dataset.id}.t`)).toEqual([{ a: 9007199254740993n, n: '0.1' }]);
    const client = clientOf(later);
    expect(await texts(client, `select a from ${pathOf(dataset, 'v')}`)).toEqual([['9007199254740993']]);
    const again = load(client.dataset(dataset.id ?? '').table('t$202601'), ['{"a":1}'], { jobId: 'only_once' });
    await expect(again).rejects.toMatchObject({ code: 409 });
    await client
      .dataset(dataset.id ?? '')
      .table('t$202601')
      .copy(client.dataset(dataset.id ?? '').table('copy'));
    expect(later.rows(`${dataset.id}.copy`)).toHaveLength(1);
    await later.stop();
    rmSync(folder, { recursive: true });
    expect(table.id).toBe('t');
  });
});
