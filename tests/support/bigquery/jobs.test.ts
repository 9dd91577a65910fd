import type { BigQuery, Dataset } from '@google-cloud/bigquery';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { warnSkipped } from '../skipped-tests.ts';
import { clientOf, load, newDataset, pathOf, run } from './client.ts';
import { type LocalBigQuery, startBigQuery } from './local-bigquery.ts';

if (missingGoogleSql) warnSkipped(`jobs of the local BigQuery are not tested: ${missingGoogleSql}.`);

describe.skipIf(missingGoogleSql)('a job', () => {
  let localBigQuery: LocalBigQuery;
  let client: BigQuery;
  let dataset: Dataset;
  beforeAll(async () => {
    localBigQuery = await startBigQuery({ projectId: 'acme-test' });
    client = clientOf(localBigQuery);
  });
  beforeEach(async () => {
    dataset = await newDataset(client);
  });
  afterAll(() => localBigQuery?.stop());

  const rows = (table: string) => localBigQuery.rows(`${dataset.id}.${table}`);
  const partitioned = (id: string) =>
    dataset.createTable(id, { schema: 'a:INT64', timePartitioning: { type: 'MONTH' } });

  describe('that loads', () => {
    const SCHEMA = [
      { name: 'id', type: 'STRING', mode: 'REQUIRED' },
      { name: 'count', type: 'INT64' },
      { name: 'amount', type: 'NUMERIC' },
      { name: 'at', type: 'TIMESTAMP' },
      { name: 'on', type: 'DATE' },
      { name: 'is_new', type: 'BOOL' },
    ];

    test('creates a missing table, and appends to it', async () => {
      const table = dataset.table('t');
      await load(table, ['{"id":"a","count":"1"}'], { schema: SCHEMA });
      await load(table, ['{"id":"b","count":2}'], { schema: SCHEMA });
      expect(rows('t')).toMatchObject([
        { id: 'a', count: 1n },
        { id: 'b', count: 2n },
      ]);
      await load(table, ['{"id":"c"}'], { schema: SCHEMA, writeDisposition: 'WRITE_TRUNCATE' });
      expect(rows('t')).toMatchObject([{ id: 'c', count: null }]);
    });

    test.each([
      ['{"id":"a","nope":1}', 'No such field: nope.'],
      ['{"count":1}', 'Only optional fields can be set to NULL. Field: id'],
      ['{"id":null}', 'Only optional fields can be set to NULL. Field: id'],
      ['{"id":7}', 'Field: id'],
      ['{"id":"a","count":1.5}', 'Field: count'],
      ['{"id":"a","count":9223372036854775808}', 'Field: count'],
      ['{"id":"a","amount":"0.0000000001"}', 'Field: amount'],
      ['{"id":"a","amount":"100000000000000000000000000000"}', 'Field: amount'],
      ['{"id":"a","amount":"1e3"}', 'Field: amount'],
      ['{"id":"a","at":"2026-02-30T00:00:00Z"}', 'Field: at'],
      ['{"id":"a","at":"2026-01-01T00:00:00.1234567Z"}', 'Field: at'],
      ['{"id":"a","at":1767225600}', 'Field: at'],
      ['{"id":"a","on":"2026-01-01T00:00:00Z"}', 'Field: on'],
      ['{"id":"a","is_new":"yes"}', 'Field: is_new'],
      ['{"id":"a"', 'Parser terminated'],
      ['["a"]', 'Parser terminated'],
    ])('loads nothing of a body with the row %s', async (line, message) => {
      const loading = load(dataset.table('t'), ['{"id":"fine"}', line], { schema: SCHEMA });
      await expect(loading).rejects.toThrow('JSON parsing error in row starting at position 14');
      await expect(loading).rejects.toThrow(message);
      expect(await dataset.table('t').exists()).toEqual([false]);
    });

    test('refuses a schema that differs from that of the table', async () => {
      await dataset.createTable('t', { schema: SCHEMA });
      const loading = (schema: readonly object[]) => load(dataset.table('t'), ['{"id":"a"}'], { schema });
      await expect(loading([...SCHEMA, { name: 'more', type: 'STRING' }])).rejects.toThrow(
        /Cannot add fields \(field: more\)/,
      );
      await expect(loading([{ name: 'id', type: 'STRING' }])).rejects.toThrow(
        /Field id has changed mode from REQUIRED to NULLABLE/,
      );
      await expect(loading(SCHEMA.with(1, { name: 'count', type: 'FLOAT64' }))).rejects.toThrow(
        /Field count has changed type from INTEGER to FLOAT/,
      );
    });

    test('accepts a body in pieces', async () => {
      await dataset.createTable('t', { schema: SCHEMA });
      const body = Buffer.from('{"id":"ä"}\n{"id":"b"}\n');
      const begun = await fetch(
        `${localBigQuery.url}/upload/bigquery/v2/projects/acme-test/jobs?uploadType=resumable`,
        {
          method: 'POST',
          body: JSON.stringify({
            jobReference: { projectId: 'acme-test', jobId: 'in_pieces' },
            configuration: {
              load: {
                destinationTable: { projectId: 'acme-test', datasetId: dataset.id, tableId: 't' },
                sourceFormat: 'NEWLINE_DELIMITED_JSON',
              },
            },
          }),
        },
      );
      const at = begun.headers.get('location') ?? '';
      const put = (range: string, piece: Buffer = Buffer.alloc(0)) =>
        fetch(at, { method: 'PUT', headers: { 'content-range': `bytes ${range}` }, body: new Uint8Array(piece) });
      const first = await put(`0-9/${body.length}`, body.subarray(0, 10));
      expect([first.status, first.headers.get('range')]).toEqual([308, 'bytes=0-9']);
      expect((await put(`*/${body.length}`)).headers.get('range')).toBe('bytes=0-9');
      expect((await put(`10-${body.length - 1}/${body.length}`, body.subarray(10))).status).toBe(200);
      const [job] = await client.job('in_pieces').get();
      await job.promise();
      expect(rows('t')).toMatchObject([{ id: 'ä' }, { id: 'b' }]);
    });
  });

  test('has one id once, even if it failed', async () => {
    const labels = { app: 'test' };
    await run(client, 'select 1 as a', { jobId: 'once', labels });
    await expect(run(client, 'select 2 as a', { jobId: 'once' })).rejects.toMatchObject({
      code: 409,
      errors: [{ reason: 'duplicate' }],
    });
    await expect(run(client, 'select nope', { jobId: 'failed' })).rejects.toThrow('Unrecognized name');
    await expect(run(client, 'select 1 as a', { jobId: 'failed' })).rejects.toMatchObject({ code: 409 });
    expect(
      localBigQuery.jobs().find(({ jobReference }) => jobReference.jobId === 'once')?.configuration.labels,
    ).toEqual(labels);
  });

  describe('that writes its result', () => {
    test('replaces one partition and leaves the others', async () => {
      await partitioned('t');
      const into = (id: string, query: string, writeDisposition: string) =>
        run(client, query, { destination: dataset.table(id), writeDisposition });
      await into('t$202512', 'select 12 as a', 'WRITE_TRUNCATE');
      await into('t$202601', 'select 1 as a', 'WRITE_TRUNCATE');
      await into('t$202601', 'select 2 as a union all select 3', 'WRITE_TRUNCATE');
      await into('t$202601', 'select 4 as a', 'WRITE_APPEND');
      expect(rows('t').map(({ a }) => a)).toEqual([12n, 2n, 3n, 4n]);
      await expect(into('t$202601', 'select 5 as a', 'WRITE_EMPTY')).rejects.toThrow('Already Exists');
      await expect(into('t$202601', 'select "x" as a', 'WRITE_TRUNCATE')).rejects.toThrow(
        'Field a has changed type from INTEGER to STRING',
      );
      await expect(into('t$20260101', 'select 5 as a', 'WRITE_TRUNCATE')).rejects.toThrow(
        'Invalid time partitioning value',
      );
      expect(rows('t').map(({ a }) => a)).toEqual([12n, 2n, 3n, 4n]);
    });

    test('has the layout of its destination, or names a partition of one that is not clustered', async () => {
      const month = { timePartitioning: { type: 'MONTH' } };
      const byA = { clustering: { fields: ['a'] } };
      await dataset.createTable('t', { schema: [{ name: 'a', type: 'INT64' }], ...month, ...byA });
      const into = (layout: object) =>
        run(client, 'select 1 as a', {
          destination: dataset.table('t$202601'),
          writeDisposition: 'WRITE_TRUNCATE',
          ...layout,
        });
      await into({ ...month, ...byA });
      for (const layout of [{}, month, { timePartitioning: { type: 'DAY' }, ...byA }]) {
        await expect(into(layout)).rejects.toThrow(
          'Expects partitioning specification interval(type:month) clustering(a), but input partitioning specification is',
        );
      }
      expect(rows('t')).toHaveLength(1);
    });

    test('gives a whole table the schema of the result, and does not write to a REQUIRED field', async () => {
      await dataset.createTable('t', { schema: [{ name: 'a', type: 'INT64', mode: 'REQUIRED' }] });
      const destination = dataset.table('t');
      const appending = run(client, 'select 1 as a', { destination, writeDisposition: 'WRITE_APPEND' });
      await expect(appending).rejects.toThrow('Field a has changed mode from REQUIRED to NULLABLE');
      await run(client, 'select "x" as b', { destination, writeDisposition: 'WRITE_TRUNCATE' });
      const [{ schema }] = await destination.getMetadata();
      expect(schema.fields).toEqual([{ name: 'b', type: 'STRING', mode: 'NULLABLE' }]);
    });
  });

  describe('that copies', () => {
    test('keeps each row in its partition, and replaces one by another', async () => {
      await partitioned('from');
      await load(dataset.table('from$202512'), ['{"a":12}']);
      await load(dataset.table('from$202601'), ['{"a":1}']);
      await dataset.table('from').copy(dataset.table('to'));
      await load(dataset.table('from$202601'), ['{"a":2}'], { writeDisposition: 'WRITE_TRUNCATE' });
      const truncating = { writeDisposition: 'WRITE_TRUNCATE' };
      await dataset.table('from$202601').copy(dataset.table('to$202601'), truncating);
      expect(rows('to').map(({ a }) => a)).toEqual([12n, 2n]);
      const empty = dataset.table('from$202602').copy(dataset.table('to$202602'), truncating);
      await expect(empty).rejects.toThrow(/Not found: Table acme-test:.*\.from\$202602/);
      await expect(dataset.table('from').copy(dataset.table('to'))).rejects.toThrow('Already Exists');
    });

    test('clones into a new table, which is then independent', async () => {
      await dataset.createTable('t', { schema: 'a:INT64' });
      await load(dataset.table('t'), ['{"a":1}']);
      const clone = () => dataset.table('t').copy(dataset.table('clone'), { operationType: 'CLONE' });
      await clone();
      await load(dataset.table('t'), ['{"a":2}']);
      expect(rows('clone')).toEqual([{ a: 1n }]);
      await expect(clone()).rejects.toThrow('Already Exists');
    });
  });

  describe('that is a script', () => {
    const script = (...statements: string[]) =>
      run(client, `begin transaction;\n${statements.join(';\n')};\ncommit transaction;`);

    beforeEach(async () => {
      await dataset.createTable('t', {
        schema: [
          { name: 'a', type: 'INT64', mode: 'REQUIRED' },
          { name: 'n', type: 'NUMERIC' },
        ],
      });
      await load(dataset.table('t'), ['{"a":1,"n":"1.5"}', '{"a":2}']);
    });

    test('runs all its statements, each of which sees the earlier changes', async () => {
      const t = pathOf(dataset, 't');
      await script(
        `select if((select count(*) from ${t}) = 2, 0, error('counted amiss'))`,
        `insert into ${t} (\`a\`, n) select a + 10, 7 from ${t}`,
        `delete from ${t} as old where old.a in (select min(a) from ${t}) or 'a;b' = "--"`,
        `insert ${t} (a) with most as (select max(a) as a from ${t}) select a + 1 from most /* ; ' */`,
      );
      expect(rows('t')).toEqual([{ a: 2n, n: null }, { a: 11n, n: '7' }, { a: 12n, n: '7' }, { a: 13n }]);
      await script(`delete from ${t} where true`);
      expect(rows('t')).toEqual([]);
    });

    test.each([
      ['a value that fails', (t: string) => `insert into ${t} (a) select div(1, 0)`, /division by zero/],
      ['a raised error', (t: string) => `select if((select min(a) from ${t}) = 1, 0, error('gone'))`, /gone/],
      ['NULL in a REQUIRED column', (t: string) => `insert into ${t} (n) select 1`, /Required field a cannot be/],
      ['another type', (t: string) => `insert into ${t} (a) select "x"`, /STRING.*at \[4:\d+\]/],
      ['an unknown name', (t: string) => `delete from ${t} where b = 1`, /Unrecognized name: b at \[4:\d+\]/],
      ['an UPDATE', (t: string) => `update ${t} set a = 1 where true`, /cannot run the statement UPDATE at \[4:1\]/],
      ['literal rows', (t: string) => `insert into ${t} (a) values (1)`, /cannot run an INSERT at \[4:1\]/],
    ])('changes nothing if a statement has %s', async (_what, statement, message) => {
      const t = pathOf(dataset, 't');
      const before = [`insert into ${t} (a) select 9`, `delete from ${t} where a = 1`];
      await expect(script(...before, statement(t))).rejects.toThrow(message);
      expect(rows('t').map(({ a }) => a)).toEqual([1n, 2n]);
    });

    test('is one transaction or one statement', async () => {
      const t = pathOf(dataset, 't');
      await run(client, `delete from ${t} where a = 1`);
      expect(rows('t')).toHaveLength(1);
      const loose = run(client, `delete from ${t} where true; delete from ${t} where true`);
      await expect(loose).rejects.toThrow('not one transaction');
      const open = run(client, `begin transaction; delete from ${t} where true`);
      await expect(open).rejects.toThrow('not one transaction');
      expect(rows('t')).toHaveLength(1);
    });
  });
});
