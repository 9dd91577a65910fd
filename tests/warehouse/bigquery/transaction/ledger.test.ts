import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBigQuery } from '../../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { Unavailable } from '../../../../warehouse/errors.ts';
import { defineTable } from '../../../../warehouse/vocabulary/tables.ts';
import type { Warehouse, WarehouseWriter } from '../../../../warehouse/warehouse.ts';
import { clientOf } from '../../../support/bigquery/client.ts';
import { type LocalBigQuery, startBigQuery } from '../../../support/bigquery/local-bigquery.ts';
import { ada, amountsIn, FEBRUARY, JANUARY, model, selectOf, sums } from '../../sums.ts';
import { PROJECT } from '../books.ts';

/** Tables of the ledger that are partitioned by period: their rows are written with those of the closing, in their partitions. */

const books = defineTable({ ...sums, name: 'ledger.books', layout: { partitionBy: 'period' } });

let localBigQuery: LocalBigQuery;
let warehouse: Warehouse;
beforeEach(async () => {
  localBigQuery = await startBigQuery({ projectId: PROJECT, answersDone: true });
  const address = parseBigQueryAddress(`bigquery://${PROJECT}/books`);
  warehouse = openBigQuery({ address, apiEndpoint: localBigQuery.url, wait: async () => undefined });
  await warehouse.transaction((writer) => writer.migrate([sums, model, books]));
});
afterEach(() => localBigQuery.stop());

/** The amounts of the ledger in the partition of a month, which reads no other partition. */
async function amountsInPartition(month: string): Promise<number[]> {
  const [rows] = await clientOf(localBigQuery).query(
    `select amount_minor from \`${PROJECT}.books_ledger.books\` where _PARTITIONTIME = timestamp '${month}-01' order by amount_minor`,
  );
  return rows.map(({ amount_minor }) => amount_minor);
}

test('Rows that are appended are in the partition of their period, where they are replaced', async () => {
  await warehouse.transaction(async (writer) => {
    await writer.append(books, [ada('2026-01', 1n), ada('2026-02', 2n), ada('2026-01', 3n)]);
    expect(await amountsIn('ledger.books', writer)).toHaveLength(3);
  });
  expect([await amountsInPartition('2026-01'), await amountsInPartition('2026-02')]).toEqual([[1, 3], [2]]);
  await warehouse.transaction((writer) => writer.replacePartition(books, JANUARY, selectOf(['2026-01', 7])));
  expect(await amountsIn('ledger.books', warehouse)).toEqual([
    ['2026-01', 7n],
    ['2026-02', 2n],
  ]);
});

test('A row whose period is no month is refused, and nothing is written', async () => {
  const rows = [ada('2026-01', 1n), ada('2026-13', 2n)];
  await expect(warehouse.transaction((writer) => writer.append(books, rows))).rejects.toThrow(/2026-13-01/);
  expect(localBigQuery.rows('books_ledger.books')).toEqual([]);
});

test('A period that is replaced is seen by its transaction, and written with its rows or not at all', async () => {
  const close = async (writer: WarehouseWriter): Promise<void> => {
    await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 5]));
    await writer.replacePartition(books, JANUARY, 'select * from tantieme.sums');
    await writer.append(sums, [ada('2026-01', 6n)]);
    expect(await amountsIn('ledger.books', writer)).toEqual([['2026-01', 5n]]);
  };
  const message = 'The transaction was cancelled.';
  localBigQuery.faults.next({ on: 'script', fault: { fails: { reason: 'stopped', message } } });
  await expect(warehouse.transaction(close)).rejects.toThrow(Unavailable);
  // The model is published before, as an open period can be built again; the ledger is not.
  expect(await amountsIn('tantieme.sums', warehouse)).toEqual([['2026-01', 5n]]);
  expect([localBigQuery.rows('books_ledger.books'), localBigQuery.rows('books_ledger.sums')]).toEqual([[], []]);
  await warehouse.transaction(close);
  expect(await amountsInPartition('2026-01')).toEqual([5]);
  expect(await amountsIn('ledger.sums', warehouse)).toEqual([['2026-01', 6n]]);
});

test('A period without rows is emptied, and no other', async () => {
  await warehouse.transaction((writer) => writer.append(books, [ada('2026-01', 1n), ada('2026-02', 2n)]));
  await warehouse.transaction((writer) =>
    writer.replacePartition(books, FEBRUARY, 'select * from ledger.books where false'),
  );
  expect(await amountsIn('ledger.books', warehouse)).toEqual([['2026-01', 1n]]);
});
