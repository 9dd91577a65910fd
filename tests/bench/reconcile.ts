import { build } from '../../transforms/engine/build.ts';
import { stripeBridge } from '../../transforms/marts/stripe_bridge.ts';
import { type Effort, type Figure, measured, medianOf } from './measure.ts';
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

/**
 * DuckDB's own full join of the two, without reading any row twice, written to a table: the goal. It has neither the charges, which link the two, nor
 * what was read or reported again, so the same comparison by hand is shown beside it.
 */
const JOIN = `create or replace temp table joined as
  select coalesce(sales.charge_id_stripe, moved.source_id_stripe) as flow_id, sales.amount, moved.amount_minor
  from raw.license_purchased as sales
  full join stripe.balance_transactions as moved on moved.source_id_stripe = sales.charge_id_stripe`;

/**
 * The least that finds what the comparison finds, by hand: each row as last read, linked from both sides to its charge, the sales of a charge
 * as their sum, compared by amount, currency and month and with the fee's limit; how many match, and those that do not.
 */
const BY_HAND = `create or replace temp table by_hand as
  with transactions as (
    select id_stripe, source_id_stripe, amount_minor, fee_minor, currency, created_at from stripe.balance_transactions
    qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
  ),
  charges as (
    select id_stripe, balance_transaction_id_stripe, currency from stripe.charges
    qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
  ),
  sales as (
    select charge_id_stripe, amount, tax_amount, currency, timestamp from raw.license_purchased
    qualify row_number() over (partition by sale_id order by loaded_at, id) = 1
  ),
  ours as (
    select charge_id_stripe as flow_id, sum(cast(amount as decimal(18, 9)) + cast(tax_amount as decimal(18, 9))) * 100 as amount_minor,
      min(currency) as currency, max(currency) as last_currency, min(date_trunc('month', make_timestamp(epoch_us(timestamp)))) as month
    from sales
    group by charge_id_stripe
  ),
  theirs as (
    select coalesce(charges.id_stripe, transactions.source_id_stripe, transactions.id_stripe) as flow_id, transactions.amount_minor, transactions.fee_minor,
      transactions.currency, charges.currency as own_currency, date_trunc('month', make_timestamp(epoch_us(transactions.created_at))) as month
    from transactions
    full join charges
      on charges.balance_transaction_id_stripe = transactions.id_stripe and charges.id_stripe = transactions.source_id_stripe
  ),
  compared as (
    select coalesce(ours.flow_id, theirs.flow_id) as flow_id, theirs.month, theirs.currency, theirs.amount_minor,
      coalesce(ours.amount_minor = theirs.amount_minor and ours.currency = theirs.own_currency and ours.last_currency = theirs.own_currency
        and ours.month = theirs.month and theirs.fee_minor * 10000 <= theirs.amount_minor * 1000, false) as is_matched
    from ours
    full join theirs on theirs.flow_id = ours.flow_id
  )
  select case when not is_matched then flow_id end as flow_id, month, currency, count(*) as movement_count, sum(amount_minor) as amount_minor
  from compared
  group by case when not is_matched then flow_id end, month, currency`;

/** The sums of the bridge alone, of rows as they were read. */
const SUMS = `create or replace temp table summed as
  select balance_type, currency, reporting_category, count(*) as movement_count, sum(amount_minor) as gross_minor, sum(fee_minor) as fee_minor, sum(net_minor) as net_minor
  from stripe.balance_transactions
  group by balance_type, currency, reporting_category`;

/** Movements per second of the comparison of a month with Stripe, with its bridge and breaks, and of the bridge alone. */
export async function benchReconcile(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await warehouse.transaction(async (writer) => {
      for (const statement of MONTH) await writer.query(statement);
    });
    const efforts = {
      ours: [] as Effort[],
      join: [] as Effort[],
      byHand: [] as Effort[],
      bridge: [] as Effort[],
      sums: [] as Effort[],
    };
    const runs = (statement: string) => measured(() => warehouse.transaction((writer) => writer.query(statement)));
    for (let run = 0; run < 3; run++) {
      let since = effortSoFar();
      const onModel = (model: string): void => {
        const now = effortSoFar();
        if (model === stripeBridge.name) efforts.bridge.push(between(since, now));
        since = now;
      };
      const ours = () => warehouse.transaction((writer) => build(writer, PERIOD, { parts: ['open'], onModel }));
      efforts.ours.push(await measured(ours));
      efforts.join.push(await runs(JOIN));
      efforts.byHand.push(await runs(BY_HAND));
      efforts.sums.push(await runs(SUMS));
    }
    await warehouse.close();
    const unit = 'movements/s';
    const figure = (name: string, ours: readonly Effort[], limit: readonly Effort[], limitIs: string): Figure => {
      const effort = { ours: medianOf(ours), limit: medianOf(limit) };
      return { name, unit, limitIs, effort, ours: SALES / effort.ours.seconds, limit: SALES / effort.limit.seconds };
    };
    const { ours, join, byHand, bridge, sums } = efforts;
    return [
      figure('reconcile', ours, byHand, 'the same comparison by hand, without its checks and kinds of break'),
      figure(
        'reconcile',
        ours,
        join,
        "DuckDB's bare full join of sales and balance transactions, without charges and versions (goal: 67 %)",
      ),
      figure('bridge', bridge, sums, 'the sums of the same rows alone (goal: 200,000 movements/s on 2 cores)'),
    ];
  });
}

function effortSoFar(): Effort {
  const { user, system } = process.cpuUsage();
  return { seconds: performance.now() / 1000, cpuSeconds: (user + system) / 1_000_000 };
}

const between = (began: Effort, ended: Effort): Effort => ({
  seconds: ended.seconds - began.seconds,
  cpuSeconds: ended.cpuSeconds - began.cpuSeconds,
});
