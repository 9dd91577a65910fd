import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Conflict, InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import type { Fault, Order } from '../../support/bigquery/faults.ts';
import { ada, type Books, openBooks, sums, totals } from './books.ts';

let books: Books;
let warehouse: Warehouse;
beforeEach(async () => {
  books = await openBooks();
  warehouse = books.open();
});
afterEach(async () => {
  const { pending } = books.standIn.faults;
  await books.standIn.stop();
  expect(pending).toBe(0);
});

const JANUARY = parsePeriod('2026-01');
const TOTALS = `select '2026-01' as period, 'cr_ada' as creator_id, 7 as amount_minor`;

const failing = (...orders: readonly Order[]): void => {
  for (const order of orders) books.standIn.faults.next(order);
};
const jobsOf = (what: string) =>
  books.standIn.jobs().filter(({ configuration }) => configuration.labels?.what === what);
const insertsOf = (kind: string) => books.standIn.requests.filter(({ jobKind }) => jobKind === kind);

/** Appends one row, rebuilds one partition, and reads both. */
const everything = async (writer: WarehouseWriter): Promise<unknown> => {
  await writer.append(sums, [ada('2026-01', 1n)]);
  await writer.replacePartition(totals, JANUARY, TOTALS);
  return writer.query(
    'select amount_minor from ledger.sums union all select amount_minor from tantieme.totals order by amount_minor',
  );
};

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
    failing({ on, fault });
    const seen = await warehouse.transaction(everything, { key: 'segment/1' });
    expect(seen).toEqual([{ amount_minor: 1n }, { amount_minor: 7n }]);
    expect(books.amounts()).toEqual([1n]);
    expect(books.standIn.rows('books.totals')).toEqual([{ period: '2026-01', creator_id: 'cr_ada', amount_minor: 7n }]);
    expect(jobsOf('commit')).toHaveLength(1);
    expect(jobsOf('load')).toHaveLength(1);
  });
});

describe('a job', () => {
  test('that was answered 409 is the one that was asked for before', async () => {
    failing({ on: 'load', fault: 'lost' });
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    expect(insertsOf('load').map(({ status }) => status)).toEqual([0, 409]);
    expect(new Set(insertsOf('load').map(({ jobId }) => jobId)).size).toBe(1);
    expect(books.amounts()).toEqual([1n]);
  });

  test.each(['load', 'copy', 'query', 'script'] as const)(
    'that fails for what passes, after it was accepted, is done by another: %s',
    async (on) => {
      failing({ on, fault: 'fails' });
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
      failing({ on, fault: 'fails', times: 5 });
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
    failing({ on: 'script', fault: { fails } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new InvariantBroken('BigQuery cannot do what was asked: Resources exceeded: too many partitions.'),
    );
    expect(insertsOf('script')).toHaveLength(1);
    expect(books.amounts()).toEqual([]);
  });

  test('that another process stood in the way of is told of, to be done anew', async () => {
    const message = 'Transaction is aborted due to concurrent update against table books_ledger.sums.';
    failing({ on: 'script', fault: { fails: { reason: 'invalidQuery', message } } });
    const broken = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await expect(broken).rejects.toThrow(
      new Unavailable('Another process changed the same tables meanwhile; nothing was done; try again.'),
    );
  });

  test.each([
    ['accessDenied', Unavailable, /^BigQuery does not allow it: No\.$/],
    ['quotaExceeded', Unavailable, /^A quota of BigQuery is used up: No\.$/],
  ] as const)('that is refused as %s is not asked for again', async (reason, kind, sentence) => {
    failing({ on: 'query', fault: { fails: { reason, message: 'No.' } } });
    const asked = warehouse.query('select amount_minor from ledger.sums');
    await expect(asked).rejects.toThrow(kind);
    await expect(asked).rejects.toThrow(sentence);
    expect(insertsOf('query')).toHaveLength(1);
  });
});

describe('what is asked again', () => {
  test('is waited for twice as long each time, for about a minute in all', async () => {
    failing({ on: 'datasets.get', fault: '503', times: 8 });
    const refused = books.open().transaction((writer) => writer.migrate([sums]));
    await expect(refused).rejects.toThrow(
      new Unavailable('BigQuery could not do it just now: The service is currently unavailable.'),
    );
    expect(books.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  test('is a page of a result that was lost, and no row comes twice', async () => {
    const rows = Array.from({ length: 25_000 }, (_, index) => ada('2026-01', BigInt(index)));
    await warehouse.transaction((writer) => writer.append(sums, rows));
    failing({ on: 'jobs.getQueryResults', fault: 'lost', after: 1 }, { on: 'jobs.getQueryResults', fault: '503' });
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
});

describe('a commit under a key', () => {
  const KEY = { key: 'segment/1' };
  const append = async (writer: WarehouseWriter): Promise<'done before' | 'done now'> => {
    const [known] = await writer.query('select amount_minor from ledger.sums limit 1');
    if (known) return 'done before';
    await writer.append(sums, [ada('2026-01', 1n)]);
    return 'done now';
  };

  test('of a process that died while it ran is found, waited for, and not done twice', async () => {
    const held = Promise.withResolvers<void>();
    // The first process dies when its commit was accepted: it never learns what became of it.
    const died = new Error('The process is dead.');
    const dying = books.open({
      wait: async () => {
        if (jobsOf('commit').length > 0) throw died;
      },
    });
    failing({ on: 'script', fault: { hold: held.promise } });
    await expect(dying.transaction(append, KEY)).rejects.toThrow(
      new Unavailable(
        'It is not known whether all was written: The process is dead. Later repeat it, and it is done once.',
      ),
    );
    expect(books.amounts()).toEqual([]);

    let polls = 0;
    const next = books.open({
      wait: async () => {
        if (jobsOf('commit').at(-1)?.status.state === 'RUNNING' && ++polls === 3) held.resolve();
      },
    });
    await expect(next.transaction(append, KEY)).rejects.toThrow(
      new Unavailable(
        'segment/1 was finished meanwhile by an earlier process; nothing was done twice; try again, and it will be found done.',
      ),
    );
    expect(polls).toBeGreaterThanOrEqual(3);
    expect(await next.transaction(append, KEY)).toBe('done before');
    expect(books.amounts()).toEqual([1n]);
    expect(jobsOf('commit')).toHaveLength(1);
  });

  test('of a process that died, and that failed then, is done by the next', async () => {
    const message = 'The transaction was cancelled.';
    failing({ on: 'script', fault: { fails: { reason: 'stopped', message } } });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(InvariantBroken);
    expect(await books.open().transaction(append, KEY)).toBe('done now');
    expect(books.amounts()).toEqual([1n]);
    expect(jobsOf('commit').map(({ jobReference }) => jobReference.jobId.at(-1))).toEqual(['1', '2']);
  });

  test('whose answers are all lost may have happened, and does not happen again', async () => {
    failing({ on: 'script', fault: 'lost', times: 8 });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(/^It is not known whether all was written: /);
    await expect(warehouse.transaction(append, KEY)).resolves.toBe('done before');
    expect(books.amounts()).toEqual([1n]);
    failing({ on: 'script', fault: '503', times: 8 });
    await expect(warehouse.transaction((writer) => writer.replaceRows(sums, []))).rejects.toThrow(
      /^It is not known whether all was written: .+ Later look whether it was before you repeat it\.$/,
    );
    expect(books.amounts()).toEqual([1n]);
  });

  test('that another process does at the same moment happens once', async () => {
    const other = books.open();
    failing({ on: 'script', fault: { meanwhile: async () => void (await other.transaction(append, KEY)) } });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(/was finished meanwhile by an earlier process/);
    expect(books.amounts()).toEqual([1n]);
  });

  test('is looked for before any model is published', async () => {
    await warehouse.transaction(everything, { key: 'close/2026-01' });
    const again = warehouse.transaction(
      async (writer) => {
        await writer.append(sums, [ada('2026-01', 2n)]);
        await writer.replacePartition(totals, JANUARY, TOTALS.replace('7', '8'));
      },
      { key: 'close/2026-01' },
    );
    await expect(again).rejects.toThrow(Unavailable);
    expect(books.standIn.rows('books.totals').map((row) => row.amount_minor)).toEqual([7n]);
    expect(books.amounts()).toEqual([1n]);
  });

  test('is another one than that under another key, or under none', async () => {
    const add = (writer: WarehouseWriter) => writer.append(sums, [ada('2026-01', 1n)]);
    await warehouse.transaction(add, { key: 'segment/1' });
    await warehouse.transaction(add, { key: 'segment/2' });
    await warehouse.transaction(add);
    await warehouse.transaction(add);
    expect(books.amounts()).toHaveLength(4);
  });

  test('that has nothing to make visible asks for nothing', async () => {
    await warehouse.transaction(async () => undefined, KEY);
    expect(jobsOf('commit')).toEqual([]);
    expect(await warehouse.transaction(append, KEY)).toBe('done now');
  });
});

describe('a bench', () => {
  const left = async (): Promise<number> => (await warehouse.rehearsal((writer) => writer.describe('bench'))).size;

  test('is cleared when its transaction is over, either way', async () => {
    await warehouse.transaction(everything);
    expect(await left()).toBe(0);
    await warehouse.rehearsal(everything);
    expect(await left()).toBe(0);
    const broken = warehouse.transaction(async (writer) => {
      await everything(writer);
      throw new Conflict('no');
    });
    await expect(broken).rejects.toThrow(new Conflict('no'));
    expect(await left()).toBe(0);
  });

  test('that could not be cleared stands in nobody’s way, and goes by itself', async () => {
    failing({ on: 'tables.delete', fault: '503', times: 16 });
    await warehouse.transaction(everything);
    expect(await left()).toBeGreaterThan(0);
    await warehouse.transaction(everything);
    expect(books.amounts()).toEqual([1n, 1n]);
  });
});
