import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvariantBroken, Unavailable } from '../../../../warehouse/errors.ts';
import { jsonLine } from '../../../../warehouse/row-json.ts';
import type { Warehouse, WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import type { Fault } from '../../../support/bigquery/faults.ts';
import { ada, JANUARY, sums } from '../../sums.ts';
import { type Books, everything, openBooks, TOTALS, totals } from '../books.ts';

let books: Books;
let warehouse: Warehouse;
/** The number of requests for opening the warehouse. */
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

/** Every request of a transaction. */
const REQUESTS = [
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
  ['whose connection breaks before it is processed', 'reset'],
  ['whose response is lost', 'lost'],
  ['that is refused with 401 once', '401'],
])('a request %s', (_, fault) => {
  test.each(REQUESTS)('is sent again and takes effect once: %s', async (on) => {
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
  test('that is refused with 409 is the one that was requested before', async () => {
    books.failing({ on: 'load', fault: 'lost' });
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    expect(insertsOf('load').map(({ status }) => status)).toEqual([0, 409]);
    expect(new Set(insertsOf('load').map(({ jobId }) => jobId)).size).toBe(1);
    expect(books.amounts()).toEqual([1n]);
  });

  test.each(['load', 'copy', 'query', 'script'] as const)(
    'that fails with a transient error after it was accepted is run again: %s',
    async (on) => {
      books.failing({ on, fault: 'fails' });
      await warehouse.transaction(everything, { key: 'segment/1' });
      expect(books.amounts()).toEqual([1n]);
      const [first, second] = insertsOf(on).map(({ jobId }) => jobId);
      expect(second).toBeDefined();
      expect(second).not.toBe(first);
    },
  );

  test.each(['load', 'script'] as const)('that keeps failing is reported, and leaves nothing: %s', async (on) => {
    books.failing({ on, fault: 'fails', times: 5 });
    const broken = warehouse.transaction(everything);
    await expect(broken).rejects.toThrow(Unavailable);
    await expect(broken).rejects.toThrow(/^BigQuery is temporarily unavailable: .+\. Try again later\.$/);
    expect(books.amounts()).toEqual([]);
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 2n)]));
    expect(books.amounts()).toEqual([2n]);
  });

  test('that fails with a permanent error is reported immediately', async () => {
    const fails = { reason: 'invalid', message: 'Resources exceeded: too many partitions.' } as const;
    books.failing({ on: 'script', fault: { fails } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new InvariantBroken('BigQuery refused the request as invalid: Resources exceeded: too many partitions.'),
    );
    expect(insertsOf('script')).toHaveLength(1);
    expect(books.amounts()).toEqual([]);
  });

  test('that fails half way leaves nothing', async () => {
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

  test('that is refused because of too many others is reported, to be retried later', async () => {
    const message =
      'Resources exceeded: Too many DML statements outstanding against table books_ledger.sums, limit is 20.';
    books.failing({ on: 'script', fault: { fails: { reason: 'invalidQuery', message } } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(Unavailable);
    await expect(broken).rejects.toThrow(
      /Too many DML statements outstanding .+\. Nothing was written; try again later\.$/,
    );
    expect(books.amounts()).toEqual([]);
  });

  test('that conflicts with another process is reported, to be retried', async () => {
    const message = 'Transaction is aborted due to concurrent update against table books_ledger.sums.';
    books.failing({ on: 'script', fault: { fails: { reason: 'invalidQuery', message } } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new Unavailable(
        'The transaction could not be committed: another process changed the warehouse in the meantime. Nothing was written; try again.',
      ),
    );
  });

  test.each([
    ['accessDenied', Unavailable, /^BigQuery denied access: No\. Check the roles/],
    ['quotaExceeded', Unavailable, /^A quota of BigQuery is exceeded: No\. Try again later/],
    [
      'resourcesExceeded',
      Unavailable,
      /^BigQuery could not complete the job: No\. Nothing was written; try again later\.$/,
    ],
    ['stopped', Unavailable, /^BigQuery could not complete the job: No\. Nothing was written; try again later\.$/],
  ] as const)('that is refused as %s is not requested again', async (reason, kind, sentence) => {
    books.failing({ on: 'query', fault: { fails: { reason, message: 'No.' } } });
    const before = insertsOf('query').length;
    const query = warehouse.query('select amount_minor from ledger.sums');
    await expect(query).rejects.toThrow(kind);
    await expect(query).rejects.toThrow(sentence);
    expect(insertsOf('query')).toHaveLength(before + 1);
  });
});

describe('a retry', () => {
  test('waits twice as long each time, for about a minute in total', async () => {
    books.failing({ on: 'datasets.get', fault: '503', times: 8 });
    const refused = books.open().transaction((writer) => writer.migrate([sums]));
    await expect(refused).rejects.toThrow(
      new Unavailable('BigQuery is temporarily unavailable: The service is currently unavailable. Try again later.'),
    );
    expect(books.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  test('of a lost page of a result returns no row twice', async () => {
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
    'follows if BigQuery does not return a result yet (%s), which is not an empty one',
    async (fault) => {
      const published = () => books.localBigQuery.rows('books.totals').map((row) => row.amount_minor);
      await warehouse.transaction(everything);
      const replace = (writer: WarehouseWriter) => writer.replacePartition(totals, JANUARY, TOTALS.replace('7', '8'));
      // The first request is for the end of the job, the next one for the number of rows.
      books.failing({ on: 'jobs.getQueryResults', path: /_build_/, fault, after: 1, times: 3 });
      expect(await warehouse.transaction(replace)).toBe(1);
      expect(published()).toEqual([8n]);
      books.failing({ on: 'jobs.getQueryResults', fault, after: 1, times: 3 });
      expect(await warehouse.query('select amount_minor from ledger.sums')).toEqual([{ amount_minor: 1n }]);
      expect(books.waits.slice(-3)).toEqual([500, 1_000, 2_000]);
    },
  );

  test('that never succeeds is reported, and nothing is published', async () => {
    await warehouse.transaction(everything);
    books.failing({ on: 'jobs.getQueryResults', path: /_build_/, fault: 'incomplete', after: 1, times: 8 });
    const broken = warehouse.transaction((writer) => writer.replacePartition(totals, JANUARY, TOTALS));
    await expect(broken).rejects.toThrow(Unavailable);
    await expect(broken).rejects.toThrow(
      /^The result of the job tantieme_build_\w+ could not be read: BigQuery does not return it although the job has ended\. Try again\.$/,
    );
    expect(books.localBigQuery.rows('books.totals').map((row) => row.amount_minor)).toEqual([7n]);
  });

  test('of the request for the end of a query never comes without a pause', async () => {
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

  test('is not made for a page with fewer rows than announced: that is reported', async () => {
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n), ada('2026-02', 2n)]));
    books.failing({ on: 'jobs.getQueryResults', fault: 'short', after: 1 });
    await expect(warehouse.query('select amount_minor from ledger.sums')).rejects.toThrow(
      /^BigQuery returned 1 row of the job tantieme_query_\w+, which has 2\.$/,
    );
  });
});

test('rows are sent in requests of some megabytes, and each is loaded once', async () => {
  // Two bytes per character: 10 kB per row, and as many rows as fit into the buffer.
  const row = { ...ada('2026-01', 1_000n), reason: 'ä'.repeat(5_000) };
  const count = Math.ceil((32 * 1024 * 1024) / Buffer.byteLength(`${jsonLine(row)}\n`));
  const rows = Array.from({ length: count }, (_, index) => ({ ...row, amount_minor: 1_000n + BigInt(index) }));
  books.failing({ on: 'load', fault: 'lost', after: 1 });
  await warehouse.withRollback(async (writer) => {
    await writer.append(sums, rows);
    // They are loaded before anyone reads them, and no longer in memory.
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
