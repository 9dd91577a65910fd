import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../transforms/engine/build.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { STATEMENTS, type Statement } from '../support/statements.ts';
import { openTestWarehouse } from './small-month.ts';

/** A part of a plan, as DuckDB explains it. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  /** The table of a scan: `memory.raw.asset_used`. */
  readonly extra_info: { readonly Table?: string };
}

/** Joins that compare each row with each. */
const EACH_WITH_EACH = ['BLOCKWISE_NL_JOIN', 'NESTED_LOOP_JOIN', 'CROSS_PRODUCT', 'PIECEWISE_MERGE_JOIN', 'IE_JOIN'];
/** What a plan reads that is no table, and has a few rows. */
const SMALL_LEAVES = ['DUMMY_SCAN', 'COLUMN_DATA_SCAN', 'EMPTY_RESULT'];
/** More rows than a small table has: the currencies, the periods, the closings. */
const LARGE = 1_000;

/** A catalogue of 100,000 terms, two versions for each of 50,000 assets, and a month of what happens with it. */
const MONTH = [
  `insert into raw.asset_published by name
   select 'm' || i as id, 'terms_' || i as terms_id, 'asset_' || (i % 50000) as asset_id,
     case when i % 2 = 0 then 'metered' else 'one_time' end as license_type, '0.01' as rate, 'USD' as currency,
     '[{"creator_id":"cr_' || (i % 9000) || '","share_bps":6000},{"creator_id":"cr_x' || (i % 500) || '","share_bps":4000}]' as splits,
     timestamptz '2025-11-01' + to_seconds(i * 40) as timestamp, timestamptz '2025-12-20' + to_seconds(i * 20) as loaded_at
   from range(100000) as counted(i)`,
  `insert into raw.asset_used by name
   select 'u' || i as id, 'use_' || i as use_id, 'asset_' || (2 * (i % 25000)) as asset_id, 'dev_' || (i % 400) as developer_id, '3' as units,
     timestamptz '2026-01-01' + to_seconds(i * 80) as timestamp, timestamptz '2026-01-02' + to_seconds(i * 80) as loaded_at
   from range(30000) as counted(i)`,
  `insert into raw.license_purchased by name
   select 's' || i as id, 'sale_' || i as sale_id, 'asset_' || (2 * i + 1) as asset_id, 'dev_' || (i % 400) as developer_id,
     '20' as amount, '4' as tax_amount, 'USD' as currency, 'ch_' || i as charge_id_stripe,
     timestamptz '2026-01-01' + to_seconds(i * 200) as timestamp, timestamptz '2026-01-02' + to_seconds(i * 200) as loaded_at
   from range(12000) as counted(i)`,
  `insert into raw.license_refunded by name
   select 'r' || i as id, 'refund_' || i as refund_id, 'sale_' || i as sale_id, '5' as amount, '1' as tax_amount, 'USD' as currency,
     're_' || i as refund_id_stripe, timestamptz '2026-01-20' + to_seconds(i) as timestamp, timestamptz '2026-01-21' + to_seconds(i) as loaded_at
   from range(3000) as counted(i)`,
  `insert into raw.dispute_opened by name
   select 'd' || i as id, 'dispute_' || i as dispute_id, 'sale_' || (i + 4000) as sale_id, '20' as amount, '4' as tax_amount, 'USD' as currency,
     'dp_' || i as dispute_id_stripe, timestamptz '2026-01-22' + to_seconds(i) as timestamp, timestamptz '2026-01-23' + to_seconds(i) as loaded_at
   from range(2000) as counted(i)`,
  `insert into raw.dispute_closed by name
   select 'c' || i as id, 'dispute_' || i as dispute_id, 'sale_' || (i + 4000) as sale_id, 'lost' as dispute_outcome,
     timestamptz '2026-01-25' + to_seconds(i) as timestamp, timestamptz '2026-01-26' + to_seconds(i) as loaded_at
   from range(1800) as counted(i)`,
  `insert into raw.payout_sent by name
   select 'p' || i as id, 'payout_' || i as payout_id, 'cr_' || i as creator_id, '2025-12' as payout_period, '0.01' as amount, 'USD' as currency,
     'acct_' || i as account_id_stripe, 'tr_' || i as transfer_id_stripe,
     timestamptz '2026-01-03' + to_seconds(i) as timestamp, timestamptz '2026-01-04' + to_seconds(i) as loaded_at
   from range(4000) as counted(i)`,
  `insert into raw.creator_kyc_completed by name
   select 'k' || i as id, 'cr_' || i as creator_id, 'verified' as kyc_status, timestamptz '2026-01-02' as timestamp, timestamptz '2026-01-03' as loaded_at
   from range(9000) as counted(i)`,
  `insert into raw.creator_payout_account_updated by name
   select 'a' || i as id, 'cr_' || i as creator_id, 'acct_' || i as account_id_stripe, 'active' as account_status,
     timestamptz '2026-01-02' as timestamp, timestamptz '2026-01-03' as loaded_at
   from range(9000) as counted(i)`,
  `insert into raw.usage_invoiced by name
   select 'i' || i as id, 'inv_' || i as invoice_id, 'dev_' || i as developer_id, '2026-01' as usage_period, '3' as amount, '0' as tax_amount, 'USD' as currency,
     'ch_i' || i as charge_id_stripe, timestamptz '2026-01-31' as timestamp, timestamptz '2026-02-01' as loaded_at
   from range(400) as counted(i)`,
  `insert into stripe.balance_transactions by name
   select 'txn_' || i as id_stripe, 'ch_' || i as source_id_stripe, 'charge' as reporting_category, 2400 as amount_minor, 100 as fee_minor, 2300 as net_minor,
     'USD' as currency, timestamptz '2026-01-10' as created_at, timestamptz '2026-02-01' as pulled_at, '{}' as object_stripe
   from range(12000) as counted(i)`,
  `insert into stripe.transfers by name
   select 'tr_' || i as id_stripe, 1 as amount_minor, 0 as reversed_minor, 'USD' as currency, 'acct_' || i as destination_account_id_stripe,
     'batch_2025-12:payout_' || i as transfer_group, timestamptz '2026-01-03' as created_at, timestamptz '2026-02-01' as pulled_at, '{}' as object_stripe
   from range(4000) as counted(i)`,
  `insert into ledger.closes by name
   select '2025-' || lpad(cast(m as varchar), 2, '0') as period, '2025-' || lpad(cast(m + 1 as varchar), 2, '0') as next_period,
     timestamptz '2025-12-28' + to_seconds(m) as cutoff_at, 'Ada' as closed_by, 0 as posting_count, '' as seal
   from range(9, 12) as counted(m)`,
];

let warehouse: Warehouse;
let rowsIn: ReadonlyMap<string, number>;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  await warehouse.transaction(async (writer) => {
    for (const statement of MONTH) await writer.query(statement);
    await build(writer, parsePeriod('2026-01'), { parts: ['books', 'open'] });
  });
  const tables = await warehouse.query<{ table_name: string; row_count: bigint }>(
    `select database_name || '.' || schema_name || '.' || table_name as table_name, estimated_size as row_count from duckdb_tables()`,
  );
  rowsIn = new Map(tables.map(({ table_name, row_count }) => [table_name, Number(row_count)]));
}, 120_000);
afterAll(() => warehouse.close());

test('no statement compares each row of a large table with each of another', async () => {
  const found: string[] = [];
  for (const statement of STATEMENTS) {
    for (const join of await slowJoins(statement)) found.push(`${statement.file}: ${statement.name}: ${join}`);
  }
  expect(found).toEqual([]);
}, 120_000);

test('a join that compares each row with each is found', async () => {
  const sql = `select sales.sale_id from tantieme.stg_rudder__sales as sales
    join tantieme.stg_rudder__asset_terms as terms on terms.asset_id is null or terms.asset_id < sales.asset_id`;
  expect(await slowJoins({ name: 'slow', file: 'slow.sql', line: 1, sql, parameters: [] })).toEqual([
    expect.stringMatching(/^BLOCKWISE_NL_JOIN of \d+ and \d+ rows$/),
  ]);
});

async function slowJoins({ sql, parameters }: Statement): Promise<string[]> {
  const [explained] = await warehouse.query<{ explain_value: string }>(`explain (format json) ${sql}`, parameters);
  const joins: string[] = [];
  const visit = (node: PlanNode): void => {
    const sides = node.children.map(rowsOf);
    if (EACH_WITH_EACH.includes(node.name) && sides.every((rows) => rows > LARGE)) {
      joins.push(`${node.name} of ${sides.join(' and ')} rows`);
    }
    for (const child of node.children) visit(child);
  };
  for (const root of JSON.parse(explained?.explain_value ?? '[]') as PlanNode[]) visit(root);
  return joins;
}

/** At most as many rows as the largest table below; the engine's own estimates are far too low after a filter or two. */
function rowsOf(node: PlanNode): number {
  if (node.name === 'UNGROUPED_AGGREGATE') return 1;
  const { Table: table } = node.extra_info;
  if (table !== undefined) return rowsIn.get(table) ?? 0;
  if (node.children.length > 0) return Math.max(...node.children.map(rowsOf));
  // A list of values is small; what else is read, such as a common table expression, may be anything.
  return SMALL_LEAVES.includes(node.name) ? 0 : Number.POSITIVE_INFINITY;
}
