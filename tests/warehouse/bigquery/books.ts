import { parseBigQueryAddress } from '../../../warehouse/bigquery/address.ts';
import { type BigQueryOptions, openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { defineTable } from '../../../warehouse/tables.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { type BigQueryStandIn, startBigQuery } from '../../support/bigquery/stand-in.ts';

export const PROJECT = 'acme-test';

export const sums = defineTable({
  name: 'ledger.sums',
  meaning: 'One row a period and creator.',
  fields: ['period', 'creator_id', 'amount_minor', 'reason?'],
  key: ['period', 'creator_id'],
});

export const totals = defineTable({
  name: 'tantieme.totals',
  meaning: 'One row a period and creator.',
  fields: ['period', 'creator_id', 'amount_minor'],
  key: ['period', 'creator_id'],
  layout: { partitionBy: 'period', clusterBy: ['creator_id'] },
});

export const ada = (period: string, amount_minor: bigint): ValueRow => ({
  period,
  creator_id: 'cr_ada',
  amount_minor,
});

/** A local BigQuery, and warehouses in it. */
export interface Books extends AsyncDisposable {
  readonly standIn: BigQueryStandIn;
  /** How long was waited before something was asked again, in milliseconds. */
  readonly waits: readonly number[];
  open(more?: Partial<BigQueryOptions> & { readonly search?: string }): Warehouse;
  /** The amounts of `ledger.sums`, as everyone sees them. */
  amounts(): readonly unknown[];
}

/** With `ledger.sums` and `tantieme.totals`. */
export async function openBooks(): Promise<Books> {
  const standIn = await startBigQuery({ projectId: PROJECT });
  const waits: number[] = [];
  const open: Books['open'] = ({ search = '', ...more } = {}) =>
    openBigQuery({
      address: parseBigQueryAddress(`bigquery://${PROJECT}/books${search}`),
      apiEndpoint: standIn.url,
      wait: async (ms) => void waits.push(ms),
      ...more,
    });
  await open().transaction((writer) => writer.migrate([sums, totals]));
  return {
    standIn,
    waits,
    open,
    amounts: () => standIn.rows('books_ledger.sums').map((row) => row.amount_minor),
    [Symbol.asyncDispose]: () => standIn.stop(),
  };
}
