import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Conflict, Rejected, Unavailable } from '../../../../warehouse/errors.ts';
import { FUNCTIONS } from '../../../../warehouse/functions/functions.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { defineTable, type TableShape } from '../../../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import { ada, sums } from '../../sums.ts';
import { type Books, openBooks, PROJECT, totals } from '../books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.localBigQuery.stop());

const messages = defineTable({
  name: 'landing.messages',
  meaning: 'One row per event.',
  fields: ['message_id', 'outcome', 'loaded_at'],
  key: ['message_id'],
  layout: { partitionBy: 'loaded_at', filterRequired: true, clusterBy: ['message_id'] },
});
const view = {
  ...totals,
  name: 'tantieme.seen',
  sql: 'select period, creator_id, amount_minor from tantieme.totals where fn.minor_amount(amount_minor, 100) > 0',
};

describe('a table', () => {
  test('has the declared layout and description, and a label', async () => {
    await books.open().transaction((writer) => writer.migrate([messages]));
    expect(await books.resource('/datasets/books_landing/tables/messages')).toMatchObject({
      description: 'One row per event.',
      labels: { app: 'tantieme' },
      timePartitioning: { type: 'DAY', field: 'loaded_at' },
      requirePartitionFilter: true,
      clustering: { fields: ['message_id'] },
      schema: {
        fields: [
          { name: 'message_id', type: 'STRING', mode: 'REQUIRED', description: expect.stringMatching(/\w/) },
          { name: 'outcome', type: 'STRING', mode: 'REQUIRED' },
          { name: 'loaded_at', type: 'TIMESTAMP', mode: 'REQUIRED' },
        ],
      },
    });
  });

  test('of a model has a partition per month, and nullable columns', async () => {
    const { timePartitioning, clustering, schema } = await books.resource('/datasets/books/tables/totals');
    expect(timePartitioning).toMatchObject({ type: 'MONTH' });
    expect(clustering).toEqual({ fields: ['creator_id'] });
    const { fields } = schema as { fields: { mode?: string }[] };
    expect(fields.map(({ mode }) => mode)).toEqual(['NULLABLE', 'NULLABLE', 'NULLABLE']);
  });

  test('keeps its description and layout when it is rebuilt', async () => {
    const whole = defineTable({ ...totals, name: 'tantieme.whole', layout: { clusterBy: ['creator_id'] } });
    const warehouse = books.open();
    await warehouse.transaction((writer) => writer.migrate([whole]));
    const before = await books.resource('/datasets/books/tables/whole');
    const select = `select '2026-01' as period, 'cr_ada' as creator_id, 7 as amount_minor`;
    await warehouse.transaction((writer) => writer.replaceTable(whole, select));
    await warehouse.transaction((writer) => writer.replacePartition(totals, parsePeriod('2026-01'), select));
    const after = await books.resource('/datasets/books/tables/whole');
    expect(after.numRows).toBe('1');
    for (const kept of ['schema', 'clustering']) expect(after[kept]).toEqual(before[kept]);
    expect(after.expirationTime).toBeUndefined();
  });

  test('never expires, even if its dataset or a copy has an expiration', async () => {
    const whole = defineTable({ ...totals, name: 'tantieme.lasting', layout: {} });
    const warehouse = books.open();
    const select = `select '2026-01' as period, 'cr_ada' as creator_id, 7 as amount_minor`;
    const works: ((writer: WarehouseWriter) => Promise<unknown>)[] = [
      (writer) => writer.migrate([whole, totals]),
      (writer) => writer.replaceTable(whole, select),
      (writer) => writer.replacePartition(totals, parsePeriod('2026-01'), select),
    ];
    await warehouse.transaction((writer) => writer.migrate([whole, totals]));
    const expiries = async () => {
      const found = ['lasting', 'totals'].map((name) => books.resource(`/datasets/books/tables/${name}`));
      return (await Promise.all(found)).map(({ expirationTime }) => expirationTime);
    };
    const left: unknown[] = [];
    for (const work of works) {
      for (const name of ['lasting', 'totals']) {
        await fetch(`${books.localBigQuery.url}/bigquery/v2/projects/${PROJECT}/datasets/books/tables/${name}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ expirationTime: '4102444800000' }),
        });
      }
      expect(await expiries()).toEqual(['4102444800000', '4102444800000']);
      await warehouse.transaction(work);
      left.push(await expiries());
    }
    expect(left).toEqual([
      [undefined, undefined],
      [undefined, '4102444800000'],
      ['4102444800000', undefined],
    ]);
    await warehouse.transaction((writer) => writer.migrate([whole, totals]));
  });

  test('requires a partition filter within a transaction too', async () => {
    const warehouse = books.open();
    await warehouse.transaction((writer) => writer.migrate([messages]));
    const filtered = `select count(*) as n from landing.messages where loaded_at >= timestamp '2026-01-01 00:00:00+00'`;
    await expect(warehouse.query('select count(*) as n from landing.messages')).rejects.toThrow(/loaded_at/);
    const seen = await warehouse.withRollback(async (writer) => {
      await writer.append(messages, [{ message_id: 'x', outcome: 'landed', loaded_at: '2026-01-31T00:00:00.000Z' }]);
      return writer.query(filtered);
    });
    expect(seen).toEqual([{ n: 1n }]);
    // BigQuery may not recognise through the union that the filter applies to the table.
    expect(books.localBigQuery.jobs().at(-1)?.configuration.query?.query).toMatch(
      /books_landing\.messages` where loaded_at >= .+ union all select/,
    );
  });
});

test('a start changes nothing if everything is up to date', async () => {
  const start = () =>
    books.open().transaction(async (writer) => {
      await writer.migrate([sums, totals, messages]);
      await writer.createView(view);
    });
  await start();
  const before = books.localBigQuery.requests.length;
  await start();
  expect(books.changesSince(before)).toEqual([]);
  const changed = { ...view, sql: view.sql.replace('> 0', '>= 0') };
  await books.open().transaction((writer) => writer.createView(changed));
  expect(books.changesSince(before)).toEqual(['tables.update']);
});

describe('added columns', () => {
  const withColumn = (name: string): TableShape => ({
    ...sums,
    columns: [...sums.columns, { name, type: 'string', optional: true }],
  });
  const migrating = (name: string) => books.open().transaction((writer) => writer.migrate([withColumn(name)]));
  const columns = async (): Promise<string[]> => {
    const { schema } = await books.resource('/datasets/books_ledger/tables/sums');
    return (schema as { fields: { name: string }[] }).fields.map(({ name }) => name).slice(sums.columns.length);
  };

  test('from two concurrent processes are all added', async () => {
    books.failing({ on: 'tables.patch', fault: { meanwhile: () => migrating('theirs') } });
    await migrating('ours');
    expect(await columns()).toEqual(['theirs', 'ours']);
  });

  test('are added once if the response is lost', async () => {
    books.failing({ on: 'tables.patch', fault: 'lost' });
    await migrating('again');
    expect(await columns()).toContain('again');
  });

  test('are not added to a table that others keep changing', async () => {
    books.failing({ on: 'tables.patch', fault: { refused: 'conditionNotMet' }, times: 10 });
    await expect(migrating('never')).rejects.toThrow(
      new Unavailable(
        'The table ledger.sums could not be migrated: other processes kept changing it at the same time. Try again.',
      ),
    );
  });

  test('of one table are looked up in that table only', async () => {
    const warehouse = books.open();
    await warehouse.transaction((writer) => writer.migrate([sums]));
    const before = books.localBigQuery.requests.length;
    await warehouse.transaction((writer) => writer.migrate([sums]));
    const requests = books.localBigQuery.requests
      .slice(before)
      .filter(({ operation }) => operation.startsWith('tables.'));
    const paths = requests.map(({ operation, path }) => `${operation} ${path.split('/').at(-1)}`);
    expect(paths.sort()).toEqual(['tables.get last_commit', 'tables.get sums']);
  });
});

test('every function is deployed to a dataset of its own, and replaced if it differs', async () => {
  const name = FUNCTIONS[0]?.name ?? '';
  const path = `/datasets/books_fn/routines/${name}`;
  const made = await books.resource(path);
  expect(made).toMatchObject({
    language: 'SQL',
    routineType: 'SCALAR_FUNCTION',
    definitionBody: FUNCTIONS[0]?.bigquery,
  });
  await fetch(`${books.localBigQuery.url}/bigquery/v2/projects/${PROJECT}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...made, definitionBody: "'by hand'" }),
  });
  const before = books.localBigQuery.requests.length;
  await books.open().transaction((writer) => writer.migrate([sums]));
  expect(books.changesSince(before)).toEqual(['routines.update']);
  expect((await books.resource(path)).definitionBody).toBe(FUNCTIONS[0]?.bigquery);
});

test('a dataset in another location is reported', async () => {
  const elsewhere = books.open({ search: '?location=EU' });
  await expect(elsewhere.transaction((writer) => writer.migrate([sums]))).rejects.toThrow(
    new Conflict(
      `The dataset books_fn of ${PROJECT} cannot be used: it is in US, but the location of the warehouse is EU. Set ?location=US in WAREHOUSE_URL.`,
    ),
  );
});

describe('a job', () => {
  test('has our id, a label with its operation, and a limit of bytes read', async () => {
    const warehouse = books.open({ maximumBytesBilled: 123_456_789n });
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await warehouse.query('select amount_minor from ledger.sums');
    const [query, commit, load] = books.localBigQuery.jobs().slice(-3).reverse();
    expect([load, commit, query].map((job) => job?.configuration.labels?.operation)).toEqual([
      'load',
      'commit',
      'query',
    ]);
    for (const job of [load, commit, query]) {
      expect(job?.jobReference.jobId).toMatch(/^tantieme_[a-z]+_\w+$/);
      expect(job?.configuration.labels?.app).toBe('tantieme');
    }
    expect(query?.configuration.query?.maximumBytesBilled).toBe('123456789');
  });

  test('that would read more bytes than the limit is refused', async () => {
    const warehouse = books.open({ maximumBytesBilled: 1n });
    await expect(warehouse.query('select amount_minor from ledger.sums')).rejects.toThrow(Rejected);
    await expect(warehouse.query('select amount_minor from ledger.sums')).rejects.toThrow(
      /^The query would read more bytes than the limit: .+\. Select less, or raise BIGQUERY_MAXIMUM_BYTES_BILLED\.$/,
    );
  });

  test("passes any text unchanged, including the client's placeholder", async () => {
    const warehouse = books.open();
    const reason = '{{projectId}} `$1` \u2028 \'"\\ {{projectId}}';
    await warehouse.transaction((writer) => writer.replaceRows(sums, [{ ...ada('2026-01', 1n), reason }]));
    const found = await warehouse.query('select reason, $1 as given from ledger.sums where reason = $1', [reason]);
    expect(found).toEqual([{ reason, given: reason }]);
  });
});
