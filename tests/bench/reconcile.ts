import { build } from '../../transforms/engine/build.ts';
import { type Figure, timed } from './measure.ts';
import { freshWarehouse, inFolder, PERIOD } from './month.ts';

/** Sales of a month, each with its charge and its balance transaction at Stripe. */
const SALES = Number(process.env.BENCH_SALES ?? 1_000_000);

const READ_AT = `timestamptz '2026-02-01 06:00:00' as pulled_at, timestamptz '2026-02-01 06:00:00' as recorded_at`;

/** Fills the raw tables: one charge in a thousand has no sale, and one sale in a thousand no charge. */
const MONTH = [
  `insert into raw.license_purchased by name select 's' || i as id, 'sale_' || i as sale_id, 'lic_' || i as license_id, 'asset_' || (i % 10000) as asset_id,
     'dev_' || (i % 2000) as developer_id, '20' as amount, '4' as tax_amount, 'USD' as currency, 'ch_' || i as charge_id_stripe,
     timestamptz '2026-01-01' + to_seconds(i * 2600000 // ${SALES}) as timestamp, timestamptz '2026-01-01 00:00:10' + to_seconds(i * 2600000 // ${SALES}) as loaded_at
   from range(${SALES}) as counted(i) where i % 1000 <> 7`,
  `insert into stripe.charges by name select 'ch_' || i as id_stripe, 2400 as amount_minor, 2400 as captured_minor, 0 as refunded_minor, 'USD' as currency, 'succeeded' as status_stripe,
     false as is_disputed, 'txn_' || i as balance_transaction_id_stripe, timestamptz '2026-01-01' + to_seconds(i * 2600000 // ${SALES}) as created_at, ${READ_AT}, '{}' as object_stripe
   from range(${SALES}) as counted(i) where i % 1000 <> 8`,
  `insert into stripe.balance_transactions by name select 'txn_' || i as id_stripe, 'ch_' || i as source_id_stripe, 'charge' as reporting_category, 'charge' as balance_transaction_type,
     'payments' as balance_type, 2400 as amount_minor, 100 as fee_minor, 0 as fee_tax_minor, 2300 as net_minor, 'USD' as currency, 'available' as status_stripe,
     timestamptz '2026-02-01' as available_at, timestamptz '2026-01-01' + to_seconds(i * 2600000 // ${SALES}) as created_at, ${READ_AT}, '{}' as object_stripe
   from range(${SALES}) as counted(i) where i % 1000 <> 8`,
  `insert into stripe.balances by name select 'payments' as balance_type, 'USD' as currency, 2300 * (select count(*) from stripe.balance_transactions) as available_minor,
     0 as pending_minor, 0 as connect_reserved_minor, ${READ_AT}`,
];

/** DuckDB's own full join of the two, without reading any row twice, written to a table. */
const JOIN = `create or replace temp table joined as
  select coalesce(sales.charge_id_stripe, moved.source_id_stripe) as flow_id, sales.amount, moved.amount_minor
  from raw.license_purchased as sales
  full join stripe.balance_transactions as moved on moved.source_id_stripe = sales.charge_id_stripe`;

/** The sums of the bridge alone, of rows as they were read. */
const SUMS = `create or replace temp table summed as
  select balance_type, currency, reporting_category, count(*) as movement_count, sum(amount_minor) as gross_minor, sum(fee_minor) as fee_minor, sum(net_minor) as net_minor
  from stripe.balance_transactions
  group by balance_type, currency, reporting_category`;

/** What each balance transaction means and belongs to, and the bridge itself. */
const BRIDGE: readonly string[] = ['steps.int_known_movements', 'tantieme.stripe_bridge'];

/** Movements per second of the comparison of a month with Stripe, with its bridge and breaks, and of the bridge alone. */
export async function benchReconcile(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await warehouse.transaction(async (writer) => {
      for (const statement of MONTH) await writer.query(statement);
    });
    const seconds = { ours: [] as number[], join: [] as number[], bridge: [] as number[], sums: [] as number[] };
    for (let run = 0; run < 3; run++) {
      let [bridge, began] = [0, performance.now()];
      const onModel = (model: string): void => {
        const now = performance.now();
        if (BRIDGE.includes(model)) bridge += (now - began) / 1000;
        began = now;
      };
      const ours = () => warehouse.transaction((writer) => build(writer, PERIOD, { parts: ['open'], onModel }));
      seconds.ours.push(await timed(ours));
      seconds.bridge.push(bridge);
      seconds.join.push(await timed(() => warehouse.transaction((writer) => writer.query(JOIN))));
      seconds.sums.push(await timed(() => warehouse.transaction((writer) => writer.query(SUMS))));
    }
    await warehouse.close();
    const rate = (measured: readonly number[]): number => SALES / Math.min(...measured);
    const unit = 'movements/s';
    return [
      {
        ...{ name: 'reconcile', unit, ours: rate(seconds.ours), limit: rate(seconds.join) },
        limitIs: "DuckDB's bare full join of sales and balance transactions (goal: 67 %)",
      },
      {
        ...{ name: 'bridge', unit, ours: rate(seconds.bridge), limit: rate(seconds.sums) },
        limitIs: 'the sums of the same rows alone (goal: 200,000 movements/s on 2 cores)',
      },
    ];
  });
}
