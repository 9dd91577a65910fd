import { type BigQueryOptions, openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { defineTable } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { dumpIn } from '../../support/bigquery/dump.ts';
import type { Order } from '../../support/bigquery/faults.ts';
import type { JobResource } from '../../support/bigquery/job-resource.ts';
import { type LocalBigQuery, startBigQuery } from '../../support/bigquery/local-bigquery.ts';
import { temporaryFolder } from '../folder.ts';
import { ada, JANUARY, sums } from '../sums.ts';

export const PROJECT = 'acme-test';

export const totals = defineTable({
  name: 'tantieme.totals',
  meaning: 'One row per period and creator.',
  fields: ['period', 'creator_id', 'amount_minor'],
  key: ['period', 'creator_id'],
  layout: { partitionBy: 'period', clusterBy: ['creator_id'] },
});

export const TOTALS = `select '2026-01' as period, 'cr_ada' as creator_id, 7 as amount_minor`;

/** Appends one row, rebuilds one partition, and reads both. */
export async function everything(writer: WarehouseWriter): Promise<unknown> {
  await writer.append(sums, [ada('2026-01', 1n)]);
  await writer.replacePartition(totals, JANUARY, TOTALS);
  return writer.query(
    'select amount_minor from ledger.sums union all select amount_minor from tantieme.totals order by amount_minor',
  );
}

/** A local BigQuery, and warehouses on it. */
export interface Books extends AsyncDisposable {
  readonly localBigQuery: LocalBigQuery;
  /** The waits before retries, in milliseconds. */
  readonly waits: readonly number[];
  open(more?: Partial<BigQueryOptions> & { readonly search?: string }): Warehouse;
  /** Moves the clock of BigQuery. */
  pass(ms: number): void;
  /** Schedules faults. */
  failing(...orders: readonly Order[]): void;
  /** Every job with this operation. */
  jobsOf(operation: string): readonly JobResource[];
  /** The response of the API to a request of another client. */
  ask(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Deletes the resource at a path below the project, as another client. */
  remove(path: string): Promise<void>;
  /** The response of the API for a resource below the project. */
  resource(path: string): Promise<Record<string, unknown>>;
  /** The operations that changed something, among the requests after the first `since`. */
  changesSince(count: number): readonly string[];
  /** The published amounts of `ledger.sums`. */
  amounts(): readonly unknown[];
}

/** The state of a local BigQuery after one transaction: that takes most of the time of a test, so all tests begin with a copy. */
let prepared: Promise<string> | undefined;

async function prepare(): Promise<string> {
  await using folder = await temporaryFolder();
  let now = Date.parse('2026-01-31T00:00:00.000Z');
  const { url, stop } = await startBigQuery({ projectId: PROJECT, folder: folder.path, clock: { now: () => now++ } });
  const address = parseBigQueryAddress(`bigquery://${PROJECT}/books`);
  await openBigQuery({ address, apiEndpoint: url }).transaction(async (writer) => {
    await writer.migrate([sums, totals]);
    await writer.query('select amount_minor from ledger.sums');
  });
  await stop();
  return dumpIn(folder.path);
}

/** With `ledger.sums` and `tantieme.totals`, after one transaction. */
export async function openBooks(): Promise<Books> {
  prepared ??= prepare();
  let now = Date.parse('2026-02-01T00:00:00.000Z');
  const localBigQuery = await startBigQuery({
    projectId: PROJECT,
    dump: await prepared,
    clock: { now: () => now++ },
  });
  const waits: number[] = [];
  const open: Books['open'] = ({ search = '', ...more } = {}) =>
    openBigQuery({
      address: parseBigQueryAddress(`bigquery://${PROJECT}/books${search}`),
      apiEndpoint: localBigQuery.url,
      wait: async (ms) => void waits.push(ms),
      ...more,
    });
  const ask: Books['ask'] = async (method, path, body) => {
    const answer = await fetch(`${localBigQuery.url}/bigquery/v2/projects/${PROJECT}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    localBigQuery,
    waits,
    open,
    pass(ms) {
      now += ms;
    },
    failing(...orders) {
      for (const order of orders) localBigQuery.faults.next(order);
    },
    jobsOf: (operation) =>
      localBigQuery.jobs().filter(({ configuration }) => configuration.labels?.operation === operation),
    ask,
    async remove(path) {
      await fetch(`${localBigQuery.url}/bigquery/v2/projects/${PROJECT}${path}`, { method: 'DELETE' });
    },
    resource: (path) => ask('GET', path),
    changesSince: (count) =>
      localBigQuery.requests.slice(count).flatMap(({ operation, jobKind }) => {
        return /\.(insert|update|patch|delete)$/.test(operation) && jobKind !== 'query' ? [operation] : [];
      }),
    amounts: () => localBigQuery.rows('books_ledger.sums').map((row) => row.amount_minor),
    [Symbol.asyncDispose]: () => localBigQuery.stop(),
  };
}
