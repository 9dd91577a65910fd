import { PassThroughClient } from 'google-auth-library';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBigQuery } from '../../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { Api } from '../../../../warehouse/bigquery/client/api.ts';
import { Jobs } from '../../../../warehouse/bigquery/client/jobs.ts';
import { Catalogue } from '../../../../warehouse/bigquery/schema/catalogue.ts';
import { pathOf } from '../../../../warehouse/bigquery/schema/names.ts';
import { AppendedRows } from '../../../../warehouse/bigquery/transaction/appended-rows.ts';
import { ScratchDataset } from '../../../../warehouse/bigquery/transaction/scratch-dataset.ts';
import { Conflict, InvariantBroken } from '../../../../warehouse/errors.ts';
import type { Warehouse } from '../../../../warehouse/warehouse.ts';
import { type LocalBigQuery, startBigQuery } from '../../../support/bigquery/local-bigquery.ts';
import { ada, sums } from '../../sums.ts';
import { PROJECT } from '../books.ts';

/** The rows of a transaction and its scratch tables. */

const address = parseBigQueryAddress(`bigquery://${PROJECT}/books`);
const wait = async (): Promise<void> => undefined;

let localBigQuery: LocalBigQuery;
let warehouse: Warehouse;
beforeEach(async () => {
  localBigQuery = await startBigQuery({ projectId: PROJECT, answersDone: true });
  warehouse = openBigQuery({ address, apiEndpoint: localBigQuery.url, wait });
  await warehouse.transaction((writer) => writer.migrate([sums]));
});
afterEach(() => localBigQuery.stop());

/** The names of the scratch tables. */
async function scratchTables(): Promise<string[]> {
  return [...(await warehouse.withRollback((writer) => writer.describe('scratch'))).keys()];
}

test('A scratch table that was dropped between two loads is reported, and its rows are not silently lost', async () => {
  const broken = warehouse.transaction(async (writer) => {
    await writer.append(sums, [ada('2026-01', 1n)]);
    expect(await writer.query('select amount_minor from ledger.sums')).toEqual([{ amount_minor: 1n }]);
    const [table] = [...(await writer.describe('scratch')).keys()];
    await fetch(`${localBigQuery.url}/bigquery/v2/projects/${PROJECT}/datasets/books_scratch/tables/${table}`, {
      method: 'DELETE',
    });
    await writer.append(sums, [ada('2026-02', 2n)]);
  });
  await expect(broken).rejects.toThrow(InvariantBroken);
  await expect(broken).rejects.toThrow(/^BigQuery refused the request as invalid: Not found: Table .+:books_scratch\./);
  expect(localBigQuery.rows('books_ledger.sums')).toEqual([]);
});

test('A load of fewer rows than were sent is reported, and nothing is written', async () => {
  localBigQuery.faults.next({ on: 'load', fault: 'short' });
  const broken = warehouse.transaction((writer) =>
    writer.append(sums, [ada('2026-01', 1n), ada('2026-02', 2n), ada('2026-03', 3n)]),
  );
  await expect(broken).rejects.toThrow(
    new InvariantBroken('BigQuery loaded 2 of the 3 rows that were sent for ledger.sums.'),
  );
  expect(localBigQuery.rows('books_ledger.sums')).toEqual([]);
});

test('Rows of as many tables as BigQuery allows become visible together; of more, none is even loaded', async () => {
  const tables = Array.from({ length: 100 }, (_, nth) => ({ ...sums, name: `ledger.sums_${nth}` }));
  const write = (count: number) =>
    warehouse.transaction(async (writer) => {
      for (const table of tables.slice(0, count)) await writer.append(table, [ada('2026-01', 1n)]);
    });
  await warehouse.transaction((writer) => writer.migrate(tables));
  await expect(write(100)).rejects.toThrow(
    new Conflict(
      'Rows of 100 tables cannot be committed: BigQuery allows 99 in one transaction. Nothing was written; load them in smaller parts.',
    ),
  );
  expect(localBigQuery.requests.filter(({ jobKind }) => jobKind === 'load')).toEqual([]);
  await write(99);
  expect(tables.map(({ name }) => localBigQuery.rows(name.replace('ledger', 'books_ledger')).length)).toEqual([
    ...Array.from({ length: 99 }, () => 1),
    0,
  ]);
});

test('A scratch table takes a thousand loads, and another one the next', async () => {
  const { project, location } = address;
  const signIn = (): PassThroughClient => new PassThroughClient();
  const api = new Api({ project, apiEndpoint: localBigQuery.url, signIn, wait });
  const jobs = new Jobs(api, { project, location, maximumBytesBilled: 2n ** 40n, wait });
  const staging = new AppendedRows(new ScratchDataset(new Catalogue(api, address), address), {
    jobs,
    rawIsLoaded: false,
  });
  for (let nth = 0; nth < 1_001; nth++) {
    await staging.append(sums, [ada('2026-01', BigInt(nth))]);
    await staging.loadAll();
  }
  const tables = await scratchTables();
  expect(tables.map((table) => localBigQuery.rows(`books_scratch.${table}`).length)).toEqual([1_000, 1]);
  expect(await staging.toStatements((name) => pathOf(name, address))).toHaveLength(2);
});
