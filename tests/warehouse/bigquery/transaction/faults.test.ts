import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvariantBroken, Unavailable } from '../../../../warehouse/errors.ts';
import { jsonLine } from '../../../../warehouse/row-json.ts';
import type { Warehouse, WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import type { Fault } from '../../../support/bigquery/faults.ts';
import { ada, JANUARY, sums } from '../../sums.ts';
import { type Books, everything, openBooks, TOTALS, totals } from '../books.ts';

let books: Books;
let warehouse: Warehouse;
/** Requests that opening them took. */
let before: number;
beforeEach(async () => {
  books = await openBooks();
  before = books.localBigQuery.requests.length;
  warehouse = books.open();
});
afterEach(async () => {
  const { pending } = books.localBigQuery.faults;
  await books.localBigQuery.stop();
  expect(pending).toBe(0);
});

const insertsOf = (kind: string) =>
  books.localBigQuery.requests.slice(before).filter(({ jobKind }) => jobKind === kind);

/** All that a transaction asks for. */
const ASKED = [
  'datasets.get',
  'datasets.insert',
  'load',
  'copy',
  'query',
  'script',
  'jobs.get',
  'jobs.getQueryResults',
  'tables.delete',
] as const;

describe.each<[string, Fault]>([
  ['answered 503', '503'],
  ['answered 429', '429'],
  ['whose connection breaks before it is handled', 'reset'],
  ['whose answer is lost', 'lost'],
  ['that is answered 401 once', '401'],
])('a request %s', (_, fault) => {
  test.each(ASKED)('is asked again, and what it asks for happens once: %s', async (on) => {
    books.failing({ on, fault });
    const seen = await warehouse.transaction(everything, { key: 'segment/1' });
    expect(seen).toEqual([{ amount_minor: 1n }, { amount_minor: 7n }]);
    expect(books.amounts()).toEqual([1n]);
    expect(books.localBigQuery.rows('books.totals')).toEqual([
      { period: '2026-01', creator_id: 'cr_ada', amount_minor: 7n },
    ]);
    expect(books.jobsOf('commit')).toHaveLength(1);
    expect(books.jobsOf('load')).toHaveLength(1);
  });
});

describe('a job', () => {
  test('that was answered 409 is the one that was asked for before', async () => {
    books.failing({ on: 'load', fault: 'lost' });
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    expect(insertsOf('load').map(({ status }) => status)).toEqual([0, 409]);
    expect(new Set(insertsOf('load').map(({ jobId }) => jobId)).size).toBe(1);
    expect(books.amounts()).toEqual([1n]);
  });

  test.each(['load', 'copy', 'query', 'script'] as const)(
    'that fails for what passes, after it was accepted, is done by another: %s',
    async (on) => {
      books.failing({ on, fault: 'fails' });
      await warehouse.transaction(everything, { key: 'segment/1' });
      expect(books.amounts()).toEqual([1n]);
      const [first, second] = insertsOf(on).map(({ jobId }) => jobId);
      expect(second).toBeDefined();
      expect(second).not.toBe(first);
    },
  );

  test.each(['load', 'script'] as const)(
    'that fails again and again is told of, and leaves nothing: %s',
    async (on) => {
      books.failing({ on, fault: 'fails', times: 5 });
      const broken = warehouse.transaction(everything);
      await expect(broken).rejects.toThrow(Unavailable);
      await expect(broken).rejects.toThrow(/^BigQuery could not do it just now: .+\.$/);
      expect(books.amounts()).toEqual([]);
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 2n)]));
      expect(books.amounts()).toEqual([2n]);
    },
  );

  test('that fails for what stays is told of at once', async () => {
    const fails = { reason: 'invalid', message: 'Resources exceeded: too many partitions.' } as const;
    books.failing({ on: 'script', fault: { fails } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new InvariantBroken('BigQuery cannot do what was asked: Resources exceeded: too many partitions.'),
    );
    expect(insertsOf('script')).toHaveLength(1);
    expect(books.amounts()).toEqual([]);
  });

  test('that breaks half way leaves nothing of what it did before', async () => {
    const others = { ...sums, name: 'ledger.others' };
    await warehouse.transaction((writer) => writer.migrate([others]));
    books.failing({ on: 'script', fault: { meanwhile: () => books.remove('/datasets/books_ledger/tables/others') } });
    const broken = warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      await writer.append(others, [ada('2026-01', 2n)]);
    });
    await expect(broken).rejects.toThrow(InvariantBroken);
    await expect(broken).rejects.toThrow(/Not found: Table .+others/);
    expect(books.amounts()).toEqual([]);
  });

  test('that finds too many others before it is told of, to be done later', async () => {
    const message =
      'Resources exceeded: Too many DML statements outstanding against table books_ledger.sums, limit is 20.';
    books.failing({ on: 'script', fault: { fails: { reason: 'invalidQuery', message } } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(Unavailable);
    await expect(broken).rejects.toThrow(
      /Too many DML statements outstanding .+; nothing was done; try again later\.$/,
    );
    expect(books.amounts()).toEqual([]);
  });

  test('that another process stood in the way of is told of, to be done anew', async () => {
    const message = 'Transaction is aborted due to concurrent update against table books_ledger.sums.';
    books.failing({ on: 'script', fault: { fails: { reason: 'invalidQuery', message } } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new Unavailable('Another process changed the warehouse meanwhile; nothing was done; try again.'),
    );
  });

  test.each([
    ['accessDenied', Unavailable, /^BigQuery does not allow it: No\.$/],
    ['quotaExceeded', Unavailable, /^A quota of BigQuery is used up: No\.$/],
    ['resourcesExceeded', Unavailable, /^BigQuery could not do it this time: No; nothing was done; try again later\.$/],
    ['stopped', Unavailable, /^BigQuery could not do it this time: No; nothing was done; try again later\.$/],
  ] as const)('that is refused as %s is not asked for again', async (reason, kind, sentence) => {
    books.failing({ on: 'query', fault: { fails: { reason, message: 'No.' } } });
    const before = insertsOf('query').length;
    const asked = warehouse.query('select amount_minor from ledger.sums');
    await expect(asked).rejects.toThrow(kind);
    await expect(asked).rejects.toThrow(sentence);
    expect(insertsOf('query')).toHaveLength(before + 1);
  });
});

describe('what is asked again', () => {
  test('is waited for twice as long each time, for about a minute in all', async () => {
    books.failing({ on: 'datasets.get', fault: '503', times: 8 });
    const refused = books.open().transaction((writer) => writer.migrate([sums]));
    await expect(refused).rejects.toThrow(
      new Unavailable('BigQuery could not do it just now: The service is currently unavailable.'),
    );
    expect(books.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  test('is a page of a result that was lost, and no row comes twice', async () => {
    const rows = Array.from({ length: 25_000 }, (_, index) => ada('2026-01', BigInt(index)));
    await warehouse.transaction((writer) => writer.append(sums, rows));
    books.failing(
      { on: 'jobs.getQueryResults', fault: 'lost', after: 2 },
      { on: 'jobs.getQueryResults', fault: '503' },
    );
    const amounts: bigint[] = [];
    const pages = warehouse.stream<{ amount_minor: bigint }>(
      'select amount_minor from ledger.sums order by amount_minor',
    );
    for await (const page of pages) {
      expect(page.length).toBeLessThanOrEqual(10_000);
      for (const { amount_minor } of page) amounts.push(amount_minor);
    }
    expect(amounts).toEqual(rows.map(({ amount_minor }) => amount_minor));
  });

  test.each(['incomplete', 'bare'] as const)(
    'is a result that BigQuery does not give yet (%s): it is no empty one',
    async (fault) => {
      const published = () => books.localBigQuery.rows('books.totals').map((row) => row.amount_minor);
      await warehouse.transaction(everything);
      const replace = (writer: WarehouseWriter) => writer.replacePartition(totals, JANUARY, TOTALS.replace('7', '8'));
      // Whether it has ended is asked first, then how many rows there are.
      books.failing({ on: 'jobs.getQueryResults', path: /_build_/, fault, after: 1, times: 3 });
      expect(await warehouse.transaction(replace)).toBe(1);
      expect(published()).toEqual([8n]);
      books.failing({ on: 'jobs.getQueryResults', fault, after: 1, times: 3 });
      expect(await warehouse.query('select amount_minor from ledger.sums')).toEqual([{ amount_minor: 1n }]);
      expect(books.waits.slice(-3)).toEqual([500, 1_000, 2_000]);
    },
  );

  test('is told of where it never comes, and nothing is published', async () => {
    await warehouse.transaction(everything);
    books.failing({ on: 'jobs.getQueryResults', path: /_build_/, fault: 'incomplete', after: 1, times: 8 });
    const broken = warehouse.transaction((writer) => writer.replacePartition(totals, JANUARY, TOTALS));
    await expect(broken).rejects.toThrow(Unavailable);
    await expect(broken).rejects.toThrow(
      /^BigQuery does not give the result of the job tantieme_build_\w+, which has ended; try again\.$/,
    );
    expect(books.localBigQuery.rows('books.totals').map((row) => row.amount_minor)).toEqual([7n]);
  });

  test('is whether a query has ended, and never without a pause', async () => {
    const held = Promise.withResolvers<void>();
    books.failing(
      { on: 'query', fault: { hold: held.promise } },
      { on: 'jobs.getQueryResults', fault: 'incomplete', times: 3 },
      { on: 'jobs.getQueryResults', fault: { meanwhile: () => held.resolve() } },
    );
    const before = books.waits.length;
    expect(await warehouse.query('select amount_minor from ledger.sums')).toEqual([]);
    expect(books.waits.slice(before, before + 3)).toEqual([100, 150, 225]);
  });

  test('is not a page that holds fewer rows than it says: that is told of', async () => {
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n), ada('2026-02', 2n)]));
    books.failing({ on: 'jobs.getQueryResults', fault: 'short', after: 1 });
    await expect(warehouse.query('select amount_minor from ledger.sums')).rejects.toThrow(
      /^BigQuery gave 1 rows of the 2 that the job tantieme_query_\w+ has\.$/,
    );
  });
});

test('rows go in requests of some megabytes, however many come at once, and each comes once', async () => {
  // Two bytes a character: 10 kB a row, and as many as may wait for one another.
  const row = { ...ada('2026-01', 1_000n), reason: 'ä'.repeat(5_000) };
  const count = Math.ceil((32 * 1024 * 1024) / Buffer.byteLength(`${jsonLine(row)}\n`));
  const rows = Array.from({ length: count }, (_, index) => ({ ...row, amount_minor: 1_000n + BigInt(index) }));
  books.failing({ on: 'load', fault: 'lost', after: 1 });
  await warehouse.withRollback(async (writer) => {
    await writer.append(sums, rows);
    // They are there before anyone asks, and wait in memory no longer.
    const loads = books.jobsOf('load');
    for (const { statistics } of loads) {
      const { inputFileBytes } = statistics.load as { inputFileBytes: string };
      expect(Number(inputFileBytes)).toBeLessThanOrEqual(8 * 1024 * 1024);
    }
    const [staged, ...others] = new Set(loads.map(({ configuration }) => configuration.load?.destinationTable.tableId));
    expect(others).toEqual([]);
    const amounts = books.localBigQuery.rows(`books_scratch.${staged}`).map(({ amount_minor }) => amount_minor);
    expect(amounts).toEqual(rows.map(({ amount_minor }) => amount_minor));
  });
});
