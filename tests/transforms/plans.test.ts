import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../transforms/engine/build.ts';
import { inOrder } from '../../transforms/engine/graph.ts';
import { MODELS } from '../../transforms/models.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { isStep } from '../../warehouse/steps.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { buildSqlOf, STATEMENTS, type Statement } from '../support/statements.ts';
import { openThoroughWarehouse } from './small-month.ts';

/** A part of a plan, as DuckDB explains it. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  /** The table of a scan, `memory.raw.asset_used`; the index of a common table expression where it is defined and where it is read. */
  readonly extra_info: { readonly Table?: string; readonly 'Table Index'?: string; readonly 'CTE Index'?: string };
}

/** Joins that compare each row with each. */
const EACH_WITH_EACH = ['BLOCKWISE_NL_JOIN', 'NESTED_LOOP_JOIN', 'CROSS_PRODUCT', 'PIECEWISE_MERGE_JOIN', 'IE_JOIN'];
/** Where a common table expression is defined; the first child is its definition. */
const CTES = ['CTE', 'REC_CTE'];
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
     '20' as amount, '4' as tax_amount, 'USD' as currency, 'ch_' || i as charge_id_stripe, 'lic_' || i as license_id,
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
   select 'txn_' || i as id_stripe, 'ch_' || i as source_id_stripe, 'charge' as reporting_category, 'charge' as balance_transaction_type, 'payments' as balance_type, 2400 as amount_minor, 100 as fee_minor,
     0 as fee_tax_minor, 2300 as net_minor, 'USD' as currency, 'available' as status_stripe, timestamptz '2026-01-12' as available_at, timestamptz '2026-01-10' as created_at, timestamptz '2026-02-01' as pulled_at, timestamptz '2026-02-01' as recorded_at, '{}' as object_stripe
   from range(12000) as counted(i)`,
  `insert into stripe.charges by name
   select 'ch_' || i as id_stripe, 2400 as amount_minor, 2400 as captured_minor, 0 as refunded_minor, 'USD' as currency, 'succeeded' as status_stripe,
     false as is_disputed, timestamptz '2026-01-10' as created_at, timestamptz '2026-02-01' as pulled_at, timestamptz '2026-02-01' as recorded_at, '{}' as object_stripe
   from range(12000) as counted(i)`,
  `insert into stripe.refunds by name
   select 're_' || i as id_stripe, 'ch_' || i as charge_id_stripe, 600 as amount_minor, 'USD' as currency, 'succeeded' as status_stripe, 'txn_r' || i as balance_transaction_id_stripe,
     timestamptz '2026-01-20' as created_at, timestamptz '2026-02-01' as pulled_at, timestamptz '2026-02-01' as recorded_at, '{}' as object_stripe
   from range(3000) as counted(i)`,
  `insert into stripe.disputes by name
   select 'dp_' || i as id_stripe, 'ch_' || (i + 4000) as charge_id_stripe, 2400 as amount_minor, 'USD' as currency, 'lost' as status_stripe, 'fraudulent' as reason,
     timestamptz '2026-01-22' as created_at, timestamptz '2026-02-01' as pulled_at, timestamptz '2026-02-01' as recorded_at, '{}' as object_stripe
   from range(2000) as counted(i)`,
  `insert into stripe.charge_coverage by name
   select timestamptz '2025-11-30' as covered_from_at, timestamptz '2026-02-01' + to_hours(i) as covered_until_at, timestamptz '2026-02-01' + to_hours(i) as recorded_at
   from range(9000) as counted(i)`,
  `insert into stripe.transfers by name
   select 'tr_' || i as id_stripe, 1 as amount_minor, 0 as reversed_minor, 'USD' as currency, 'acct_' || i as destination_account_id_stripe,
     'batch_2025-12:payout_' || i as transfer_group, timestamptz '2026-01-03' as created_at, timestamptz '2026-02-01' as pulled_at, timestamptz '2026-02-01' as recorded_at, '{}' as object_stripe
   from range(4000) as counted(i)`,
  `insert into raw.creator_signed_up by name
   select 'n' || i as id, 'cr_' || i as creator_id, 'Ada' as creator_name, 'GB' as country,
     timestamptz '2026-01-02' as timestamp, timestamptz '2026-01-03' as loaded_at
   from range(9000) as counted(i)`,
  `insert into ledger.closes by name
   select '2025-' || lpad(cast(m as varchar), 2, '0') as period, '2025-' || lpad(cast(m + 1 as varchar), 2, '0') as next_period,
     timestamptz '2025-12-28' + to_seconds(m) as cutoff_at, 'Ada' as closed_by, 0 as posting_count, 1 as format_version, '' as rules_hash, '' as blinding_secret, '' as seal
   from range(9, 12) as counted(m)`,
];

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openThoroughWarehouse();
  await warehouse.transaction(async (writer) => {
    for (const statement of MONTH) await writer.query(statement);
    await build(writer, parsePeriod('2026-01'), { parts: ['books', 'open'] });
  });
});
afterAll(() => warehouse.close());

test('no statement compares each row of a large table with each of another', async () => {
  const found = await withSteps(async (explaining) => {
    const joins: string[] = [];
    for (const statement of STATEMENTS) {
      const slow = await slowJoins(statement, explaining);
      joins.push(...slow.map((join) => `${statement.file}: ${statement.name}: ${join}`));
    }
    return joins;
  });
  expect(found).toEqual([]);
});

test('a join that compares each row with each is found, also one of steps', async () => {
  const sql = `select uses.use_id from steps.int_uses as uses
    join tantieme.stg_rudder__asset_terms as terms on terms.asset_id is null or terms.asset_id < uses.asset_id`;
  const slow = { name: 'slow', file: 'slow.sql', line: 1, sql, parameters: [] };
  expect(await withSteps((explaining) => slowJoins(slow, explaining))).toEqual([
    expect.stringMatching(/^BLOCKWISE_NL_JOIN of \d+ and \d+ rows$/),
  ]);
});

/** A transaction that has the steps of the month, and the number of rows of each table. */
interface Explaining {
  readonly writer: WarehouseWriter;
  readonly rowsIn: ReadonlyMap<string, number>;
}

async function withSteps<T>(work: (explaining: Explaining) => Promise<T>): Promise<T> {
  return warehouse.withRollback(async (writer) => {
    const tables = await writer.query<{ table_name: string; row_count: bigint }>(
      `select database_name || '.' || schema_name || '.' || table_name as table_name, estimated_size as row_count from duckdb_tables()`,
    );
    const rowsIn = new Map(tables.map(({ table_name, row_count }) => [table_name, Number(row_count)]));
    for (const model of inOrder(MODELS)) {
      if (!isStep(model.name)) continue;
      // The engine estimates the size of a table only once it is committed.
      rowsIn.set(model.name.replace('steps.', 'temp.main.'), await writer.createStep(model, buildSqlOf(model)));
    }
    return work({ writer, rowsIn });
  });
}

async function slowJoins({ sql, parameters }: Statement, { writer, rowsIn }: Explaining): Promise<string[]> {
  const [explained] = await writer.query<{ explain_value: string }>(`explain (format json) ${sql}`, parameters);
  const plan = { rowsIn, rowsInCte: new Map<string, number>() };
  const joins: string[] = [];
  const visit = (node: PlanNode): void => {
    const { 'Table Index': defined } = node.extra_info;
    const [definition] = node.children;
    if (CTES.includes(node.name) && defined && definition) plan.rowsInCte.set(defined, rowsOf(definition, plan));
    const sides = node.children.map((child) => rowsOf(child, plan));
    if (EACH_WITH_EACH.includes(node.name) && sides.every((rows) => rows > LARGE)) {
      joins.push(`${node.name} of ${sides.join(' and ')} rows`);
    }
    for (const child of node.children) visit(child);
  };
  for (const root of JSON.parse(explained?.explain_value ?? '[]') as PlanNode[]) visit(root);
  return joins;
}

interface PlanRows {
  readonly rowsIn: ReadonlyMap<string, number>;
  /** By the index of a common table expression. */
  readonly rowsInCte: ReadonlyMap<string, number>;
}

/** At most as many rows as the largest table below; the engine's own estimates are far too low after a filter or two. */
function rowsOf(node: PlanNode, plan: PlanRows): number {
  if (node.name === 'UNGROUPED_AGGREGATE') return 1;
  const { Table: table, 'CTE Index': cte } = node.extra_info;
  if (table !== undefined)
    return requirePresent(plan.rowsIn.get(table.replaceAll('"', '')), `The plan reads ${table}, which is no table.`);
  // One that is defined above; a part of the engine's own has no index.
  if (cte !== undefined) return plan.rowsInCte.get(cte) ?? Number.POSITIVE_INFINITY;
  if (node.name === 'CTE') return rowsOf(node.children[1] ?? node, plan);
  if (node.children.length > 0) return Math.max(...node.children.map((child) => rowsOf(child, plan)));
  // A list of values is small; what else is read may be anything.
  return SMALL_LEAVES.includes(node.name) ? 0 : Number.POSITIVE_INFINITY;
}
