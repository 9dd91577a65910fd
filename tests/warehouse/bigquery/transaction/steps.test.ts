import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineTable } from '../../../../warehouse/vocabulary/tables.ts';
import { type Books, openBooks, TOTALS, totals } from '../books.ts';

const step = defineTable({ ...totals, name: 'steps.totals', layout: { clusterBy: ['creator_id'] } });

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.localBigQuery.stop());

describe('a transaction with only steps', () => {
  test('commits nothing, and leaves no table', async () => {
    const before = books.localBigQuery.requests.length;
    await books.open().transaction(async (writer) => {
      await writer.createStep(step, TOTALS);
      await writer.createEmptySteps([step]);
    });
    expect(books.changesSince(before)).toEqual(['datasets.insert', 'tables.insert', 'tables.delete', 'tables.delete']);
    expect(books.jobsOf('commit')).toEqual([]);
    expect((await books.resource('/datasets/books_scratch/tables')).tables ?? []).toEqual([]);
  });

  test('describes what reads them without running it, and without reading the commit guard', async () => {
    const queries = books.jobsOf('query').length;
    await books.open().transaction(async (writer) => {
      await writer.createEmptySteps([step]);
      expect(await writer.describeQuery('select amount_minor from steps.totals')).toMatchObject([{ type: 'int64' }]);
    });
    expect(books.jobsOf('query')).toHaveLength(queries);
  });
});
