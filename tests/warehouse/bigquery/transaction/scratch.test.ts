import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvariantBroken } from '../../../../warehouse/errors.ts';
import { FUNCTIONS } from '../../../../warehouse/functions/functions.ts';
import type { ScratchCatalogue, WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import { sums } from '../../sums.ts';
import { type Books, everything, openBooks, PROJECT, totals } from '../books.ts';

const DAY_MS = 24 * 60 * 60_000;
const functions = FUNCTIONS.slice(0, 2);
const catalogue: ScratchCatalogue = {
  functions,
  tables: [{ name: 'raw.sums', sql: 'select * from ledger.sums' }],
};

let books: Books;
beforeEach(async () => {
  books = await openBooks();
});
afterEach(() => books.localBigQuery.stop());

const work = async (writer: WarehouseWriter): Promise<void> => {
  await writer.migrate([sums, totals]);
  await everything(writer);
};

/** What is in the scratch dataset. */
async function left(): Promise<{ tables: number; routines: number }> {
  const [{ tables = [] }, { routines = [] }] = (await Promise.all([
    books.resource('/datasets/books_scratch/tables'),
    books.resource('/datasets/books_scratch/routines'),
  ])) as [{ tables?: object[] }, { routines?: object[] }];
  return { tables: tables.length, routines: routines.length };
}

describe('a scratch catalogue', () => {
  test('is in the scratch dataset, and is dropped at its end, whether its work succeeds or throws', async () => {
    const warehouse = books.open();
    const before = await books.resource('/datasets');
    await warehouse.withScratch(catalogue, async (writer) => {
      await work(writer);
      // A view, two tables, the rows and the clone.
      expect(await left()).toEqual({ tables: 5, routines: 2 });
    });
    expect(await left()).toEqual({ tables: 0, routines: 0 });
    await expect(
      warehouse.withScratch(catalogue, async (writer) => {
        await work(writer);
        await writer.query('select * from ledger.nothing');
      }),
    ).rejects.toThrow(
      new InvariantBroken('The statement names ledger.nothing, which does not exist in the scratch catalogue.'),
    );
    expect(await left()).toEqual({ tables: 0, routines: 0 });
    expect(books.jobsOf('commit')).toEqual([]);
    expect(books.amounts()).toEqual([]);
    const datasets = (of: Record<string, unknown>): unknown[] =>
      (of.datasets as { id: string }[]).map(({ id }) => id).filter((id) => id !== `${PROJECT}:books_scratch`);
    expect(datasets(await books.resource('/datasets'))).toEqual(datasets(before));
  });

  test('has only tables that expire, also after it is migrated twice', async () => {
    await books.open().withScratch(catalogue, async (writer) => {
      await writer.migrate([sums]);
      await writer.migrate([sums]);
      const { tables } = await books.resource('/datasets/books_scratch/tables');
      for (const { expirationTime } of tables as { expirationTime?: string }[]) expect(expirationTime).toMatch(/^\d+$/);
    });
  });

  test('that could not be made or dropped leaves what harms nobody', async () => {
    const warehouse = books.open();
    books.failing({ on: 'tables.insert', fault: '503', times: 8 });
    await expect(warehouse.withScratch(catalogue, work)).rejects.toThrow(/temporarily unavailable/);
    expect(await left()).toEqual({ tables: 0, routines: 0 });
    books.failing({ on: 'routines.list', fault: '503', times: 8 }, { on: 'tables.list', fault: '503', times: 8 });
    expect(await warehouse.withScratch(catalogue, async () => 'done')).toBe('done');
    expect(await left()).toEqual({ tables: 1, routines: 2 });
    expect(await warehouse.withScratch(catalogue, async () => 'done')).toBe('done');
    expect(await left()).toEqual({ tables: 1, routines: 2 });
  });

  test('drops the functions of processes that died a day ago, and no others', async () => {
    const warehouse = books.open();
    books.failing({ on: 'routines.list', fault: '503', times: 8 });
    await warehouse.withScratch(catalogue, async () => undefined);
    books.pass(DAY_MS / 2);
    await warehouse.withScratch(catalogue, async () => undefined);
    expect((await left()).routines).toBe(2);
    books.pass(DAY_MS / 2);
    await warehouse.withScratch(catalogue, async () => undefined);
    expect(await left()).toEqual({ tables: 0, routines: 0 });
  });
});
