import { PassThroughClient } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Conflict, Unavailable } from '../../../../warehouse/errors.ts';
import type { Warehouse, WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import type { Order } from '../../../support/bigquery/faults.ts';
import { ada, JANUARY, sums } from '../../sums.ts';
import { type Books, everything, openBooks, PROJECT, TOTALS, totals } from '../books.ts';

const DAY_MS = 24 * 60 * 60_000;

let books: Books;
let warehouse: Warehouse;
beforeEach(async () => {
  books = await openBooks();
  warehouse = books.open();
});
afterEach(async () => {
  const { pending } = books.localBigQuery.faults;
  await books.localBigQuery.stop();
  expect(pending).toBe(0);
});

describe('a commit under a key', () => {
  const KEY = { key: 'segment/1' };
  const append = async (writer: WarehouseWriter): Promise<'done before' | 'done now'> => {
    const [known] = await writer.query('select amount_minor from ledger.sums limit 1');
    if (known) return 'done before';
    await writer.append(sums, [ada('2026-01', 1n)]);
    return 'done now';
  };

  test('of a process that died while it ran is found, waited for, and not applied twice', async () => {
    const held = Promise.withResolvers<void>();
    // Each process sends two requests for each of two queries before its commit: the guard's and its own.
    books.failing(
      { on: 'script', fault: { hold: held.promise } },
      { on: 'jobs.getQueryResults', fault: 'reset', after: 4 },
      { on: 'jobs.getQueryResults', fault: { meanwhile: () => held.resolve() }, after: 4 },
    );
    // The first process dies when its commit is accepted, without its outcome.
    const dying = books.open({
      wait: async () => {
        if (books.jobsOf('commit').length > 0) throw new Error('The process is dead.');
      },
    });
    await expect(dying.transaction(append, KEY)).rejects.toThrow(
      new Unavailable(
        'It is unknown whether the transaction was written: The process is dead. Try again later: it is written only once.',
      ),
    );
    expect(books.amounts()).toEqual([]);
    const next = books.open();
    await expect(next.transaction(append, KEY)).rejects.toThrow(
      new Unavailable(
        'segment/1 was already written by an earlier process, and was not written twice. Try again: the next attempt will find it done.',
      ),
    );
    expect(await next.transaction(append, KEY)).toBe('done before');
    expect(books.amounts()).toEqual([1n]);
    expect(books.jobsOf('commit')).toHaveLength(1);
  });

  test('of a process that died, and that failed then, is repeated by the next', async () => {
    const message = 'The transaction was cancelled.';
    books.failing({ on: 'script', fault: { fails: { reason: 'stopped', message } } });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(
      new Unavailable(
        'BigQuery could not complete the job: The transaction was cancelled. Nothing was written; try again later.',
      ),
    );
    expect(await books.open().transaction(append, KEY)).toBe('done now');
    expect(books.amounts()).toEqual([1n]);
    expect(books.jobsOf('commit').map(({ jobReference }) => jobReference.jobId.at(-1))).toEqual(['1', '2']);
  });

  test('whose responses are all lost may have succeeded, and is not applied again', async () => {
    books.failing({ on: 'script', fault: 'lost', times: 8 });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(
      /^It is unknown whether the transaction was written: /,
    );
    await expect(warehouse.transaction(append, KEY)).resolves.toBe('done before');
    expect(books.amounts()).toEqual([1n]);
    books.failing({ on: 'script', fault: '503', times: 8 });
    await expect(warehouse.transaction((writer) => writer.replaceRows(sums, []))).rejects.toThrow(
      /^It is unknown whether the transaction was written: .+ Check later whether it was written before you try again\.$/,
    );
    expect(books.amounts()).toEqual([1n]);
  });

  test.each<[string, Order[], Order[]]>([
    [
      'credentials are refused',
      [
        { on: 'script', fault: 'lost' },
        { on: 'script', fault: '401', times: 2 },
      ],
      [],
    ],
    [
      'access is denied',
      [
        { on: 'script', fault: '503' },
        { on: 'script', fault: { refused: 'accessDenied' } },
      ],
      [],
    ],
    [
      'access to the existing job is denied',
      [{ on: 'script', fault: 'lost' }],
      [{ on: 'jobs.get', fault: { refused: 'accessDenied' } }],
    ],
  ])('without a response may have succeeded, whatever follows: %s', async (_, orders, later) => {
    const waits: number[] = [];
    const unlucky = books.open({
      wait: async (ms) => {
        if (books.jobsOf('commit').length > 0 && waits.push(ms) === 1) books.failing(...later);
      },
    });
    books.failing(...orders);
    await expect(unlucky.transaction(append, KEY)).rejects.toThrow(
      /^It is unknown whether the transaction was written: BigQuery (?:refused|denied) .+ Try again later: it is written only once\.$/,
    );
    // What the job reads, if it runs, is still there.
    expect((await warehouse.withRollback((writer) => writer.describe('scratch'))).size).toBe(1);
    await expect(warehouse.transaction(append, KEY)).resolves.toMatch(/^done/);
    expect(books.amounts()).toEqual([1n]);
  });

  test('without a response may have succeeded, even if no further request can be sent', async () => {
    class KeyLost extends PassThroughClient {
      override async getRequestHeaders(): Promise<Headers> {
        if (books.jobsOf('commit').length > 0) throw new Error('The key cannot be read.');
        return new Headers();
      }
    }
    books.failing({ on: 'script', fault: 'lost' });
    await expect(books.open({ signIn: () => new KeyLost() }).transaction(append, KEY)).rejects.toThrow(
      /^It is unknown whether the transaction was written: The request to BigQuery could not be sent: The key cannot be read\. /,
    );
    expect((await warehouse.withRollback((writer) => writer.describe('scratch'))).size).toBe(1);
  });

  test('that another process makes at the same time is applied once', async () => {
    const other = books.open();
    books.failing({ on: 'script', fault: { meanwhile: async () => void (await other.transaction(append, KEY)) } });
    await expect(warehouse.transaction(append, KEY)).rejects.toThrow(/was already written by an earlier process/);
    expect(books.amounts()).toEqual([1n]);
  });

  test('is looked up before any model is published', async () => {
    await warehouse.transaction(everything, { key: 'close/2026-01' });
    const again = warehouse.transaction(
      async (writer) => {
        await writer.append(sums, [ada('2026-01', 2n)]);
        await writer.replacePartition(totals, JANUARY, TOTALS.replace('7', '8'));
      },
      { key: 'close/2026-01' },
    );
    await expect(again).rejects.toThrow(Unavailable);
    expect(books.localBigQuery.rows('books.totals').map((row) => row.amount_minor)).toEqual([7n]);
    expect(books.amounts()).toEqual([1n]);
  });

  test('of a warehouse that was dropped is not that of the next one under its name', async () => {
    await warehouse.transaction(append, KEY);
    for (const dataset of ['books', 'books_ledger', 'books_fn'])
      await books.remove(`/datasets/${dataset}?deleteContents=true`);
    const anew = books.open();
    await anew.transaction((writer) => writer.migrate([sums, totals]));
    expect(await anew.transaction(append, KEY)).toBe('done now');
    expect(books.amounts()).toEqual([1n]);
  });

  test('is separate from that under another key, or under none', async () => {
    const add = (writer: WarehouseWriter) => writer.append(sums, [ada('2026-01', 1n)]);
    await warehouse.transaction(add, { key: 'segment/1' });
    await warehouse.transaction(add, { key: 'segment/2' });
    await warehouse.transaction(add);
    await warehouse.transaction(add);
    expect(books.amounts()).toHaveLength(4);
  });

  test('is not used up by a transaction that only rebuilds models, such as a closing that is refused', async () => {
    const rebuild = (writer: WarehouseWriter) => writer.replacePartition(totals, JANUARY, TOTALS);
    await warehouse.transaction(rebuild, KEY);
    expect(books.localBigQuery.rows('books.totals').map((row) => row.amount_minor)).toEqual([7n]);
    expect(await warehouse.transaction(append, KEY)).toBe('done now');
    expect(books.amounts()).toEqual([1n]);
  });

  test('without changes sends no request', async () => {
    await warehouse.transaction(async () => undefined, KEY);
    expect(books.jobsOf('commit')).toEqual([]);
    expect(await warehouse.transaction(append, KEY)).toBe('done now');
  });
});

describe('the scratch dataset', () => {
  const left = async (): Promise<number> => (await warehouse.withRollback((writer) => writer.describe('scratch'))).size;

  test('is cleared at the end of a transaction, committed or not', async () => {
    await warehouse.transaction(everything);
    expect(await left()).toBe(0);
    await warehouse.withRollback(everything);
    expect(await left()).toBe(0);
    const broken = warehouse.transaction(async (writer) => {
      await everything(writer);
      throw new Conflict('no');
    });
    await expect(broken).rejects.toThrow(new Conflict('no'));
    expect(await left()).toBe(0);
  });

  test.each([
    ['created by us', undefined, DAY_MS],
    ['created by hand', {}, DAY_MS],
    ['created by hand with two days', { defaultTableExpirationMs: 2 * DAY_MS }, 2 * DAY_MS],
  ])('%s has only tables that expire', async (_, made, lasting_ms) => {
    const datasetReference = { projectId: PROJECT, datasetId: 'books_scratch' };
    if (made) await books.ask('POST', '/datasets', { datasetReference, ...made });
    books.failing({ on: 'tables.delete', fault: '503', times: 16 });
    await warehouse.transaction(everything);
    const { tables } = await books.resource('/datasets/books_scratch/tables');
    expect(tables).toHaveLength(2);
    for (const { creationTime, expirationTime } of tables as Record<string, string>[]) {
      const lasts_ms = Number(expirationTime) - Number(creationTime);
      // The clock advances with each call.
      expect(Math.abs(lasts_ms - lasting_ms)).toBeLessThan(100);
    }
  });

  test('that could not be cleared does no harm', async () => {
    books.failing({ on: 'tables.delete', fault: '503', times: 16 });
    await warehouse.transaction(everything);
    expect(await left()).toBeGreaterThan(0);
    await warehouse.transaction(everything);
    expect(books.amounts()).toEqual([1n, 1n]);
  });
});
