import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../transforms/engine/build.ts';
import type { Model } from '../../transforms/engine/model.ts';
import { intTouchedFlows } from '../../transforms/intermediate/int_touched_flows.ts';
import { MODELS } from '../../transforms/models.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { ALL_FLOWS } from '../support/reconciliation/comparison.ts';
import { plainMovements } from './plain-movements.ts';
import { closeAt, openThoroughWarehouse } from './small-month.ts';

/** Two closed months and an open one; what follows is recorded in any order, also long after it happened. */
const MONTHS = ['2026-01', '2026-02', '2026-03'].map(parsePeriod);
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openThoroughWarehouse();
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
});
afterAll(() => warehouse.close());

/** The models as if everything that there is had to be compared in each month, one by one. */
const WHOLE = MODELS.map((model) => ({ ...(model.name === ALL_FLOWS.name ? ALL_FLOWS : model), within: [] }));

async function comparedBy(writer: WarehouseWriter, models: readonly Model[]): Promise<Record<string, ValueRow[]>> {
  const rows: Record<string, ValueRow[]> = {};
  let [byThemselves, clearCount] = [0, 0];
  for (const month of MONTHS) {
    // What is made up here breaks checks of the books of which the comparison knows nothing.
    const onModel = (model: string) => {
      if (model === intTouchedFlows.name) byThemselves++;
    };
    await build(writer, month, { parts: ['open'], models, checks: false, onModel });
    // What is clear at once is no row here, but counted in the reconciliations.
    const [clear] = await writer.query(
      'select sum(flow_count) as count from steps.int_compared_flows where flow_id is null',
    );
    clearCount += Number(clear?.count ?? 0);
    rows[`${month} matches`] = await writer.query(
      `select * from steps.int_matches where match_status <> 'matched' order by all`,
    );
  }
  expect(clearCount > 20).toBe(models === MODELS);
  // A month that has most of what was drawn is compared as a whole.
  expect(byThemselves >= 2).toBe(models === MODELS);
  for (const table of ['breaks', 'reconciliations']) {
    rows[table] = await writer.query(`select * from tantieme.${table} order by all`);
  }
  return rows;
}

/**
 * Reports and records in which few ids stand for everything, so that each is named by several others, on both sides and in all months: sales
 * that are reported again, of charges that pay several; objects in several versions that name balance transactions of others; sources that nobody knows.
 */
function anything(seed: number): readonly string[] {
  const drawn = (salt: string, count: number) => `cast(hash(i, ${seed}, '${salt}') % ${count} as bigint)`;
  const id = (salt: string, kind: string, count: number) => `'${kind}_' || ${drawn(salt, count)}`;
  const maybe = (salt: string, text: string) => `case when ${drawn(salt, 4)} > 0 then ${text} end`;
  const one = (salt: string, ...values: readonly string[]) =>
    `[${values.map((value) => `'${value}'`).join(', ')}][1 + ${drawn(salt, values.length)}]`;
  const happened = `timestamptz '2026-01-01' + to_hours(${drawn('at', 89 * 24)})`;
  const late = `to_hours(case when ${drawn('late', 3)} = 0 then ${drawn('by', 60 * 24)} else 0 end)`;
  const insert = (table: string, rows: number, columns: Readonly<Record<string, string>>): string => {
    const list = Object.entries(columns).map(([name, value]) => `${value} as ${name}`);
    return `insert into ${table} by name select ${list.join(', ')} from range(${rows}) as counted(i)`;
  };
  const report = {
    id: `'m_' || i`,
    timestamp: happened,
    loaded_at: `${happened} + ${late}`,
    amount: one('amount', '10', '20'),
    tax_amount: `'0'`,
    currency: one('currency', 'EUR', 'EUR', 'EUR', 'USD'),
  };
  const flow = (salt: string) => id(salt, 'flow', 160);
  const sale = { ...report, sale_id: id('sale', 'sale', 80), charge_id_stripe: maybe('has', flow('charge')) };
  const payout = { payout_period: `strftime(${happened}, '%Y-%m')`, creator_id: id('creator', 'cr', 3) };
  const account = { account_id_stripe: id('account', 'acct', 3) };
  const minor = `case when ${drawn('amount', 2)} = 0 then 1000 else 2000 end`;
  const record = {
    id_stripe: flow('self'),
    currency: one('currency', 'EUR', 'EUR', 'EUR', 'USD'),
    amount_minor: minor,
    created_at: happened,
    pulled_at: `${happened} + to_hours(i)`,
    recorded_at: `${happened} + to_hours(i)`,
    object_stripe: `'{}'`,
  };
  const transaction = id('own', 'txn', 150);
  const names = {
    balance_transaction_id_stripe: maybe('names', transaction),
    failure_balance_transaction_id_stripe: `case when ${drawn('fails', 6)} = 0 then ${id('failed', 'txn', 150)} end`,
  };
  const { failure_balance_transaction_id_stripe: _, ...own } = names;
  const status = { status_stripe: one('status', 'succeeded', 'succeeded', 'pending', 'failed') };
  const { tax_amount, ...sent } = report;
  const { amount, currency, ...told } = sent;
  return [
    insert('raw.license_purchased', 100, sale),
    insert('raw.subscription_renewed', 10, { ...sale, id: `'r_' || i` }),
    insert('raw.usage_invoiced', 6, {
      ...report,
      ...{ invoice_id: id('invoice', 'sale', 80), charge_id_stripe: maybe('has', flow('charge')) },
      ...{ developer_id: `'dev'`, usage_period: `'2026-01'` },
    }),
    insert('raw.license_refunded', 50, {
      ...report,
      ...{ refund_id: id('refund', 'ref', 40), sale_id: id('of', 'sale', 80), refund_id_stripe: flow('refund') },
    }),
    insert('raw.dispute_opened', 10, {
      ...report,
      ...{ dispute_id: id('dispute', 'dis', 8), sale_id: id('of', 'sale', 80), dispute_id_stripe: flow('dispute') },
    }),
    insert('raw.dispute_closed', 8, {
      ...told,
      ...{ dispute_id: id('dispute', 'dis', 8), dispute_outcome: one('outcome', 'won', 'lost') },
    }),
    insert('raw.dispute_reopened', 3, { ...told, dispute_id: id('dispute', 'dis', 8) }),
    insert('raw.charge_failed', 4, { ...told, sale_id: id('of', 'sale', 80) }),
    insert('raw.refund_failed', 4, { ...told, refund_id: id('of', 'ref', 40) }),
    insert('raw.correction_approved', 6, {
      ...told,
      correction_id: `'cor_' || i`,
      corrected_kind: one('kind', 'sale', 'refund', 'payout', 'payout_reversal'),
      corrected_id: `case ${drawn('kind', 4)} when 0 then ${id('of', 'sale', 80)} when 1 then ${id('of', 'ref', 40)}
        when 2 then ${id('of', 'pay', 8)} else ${id('of', 'rev', 6)} end`,
    }),
    insert('raw.payout_sent', 12, {
      ...sent,
      ...payout,
      ...account,
      ...{ payout_id: id('payout', 'pay', 8), transfer_id_stripe: flow('transfer') },
    }),
    insert('raw.payout_reversed', 6, {
      ...sent,
      ...payout,
      ...account,
      ...{ reversal_id_stripe: id('reversal', 'rev', 6), payout_id: id('payout', 'pay', 8) },
      transfer_id_stripe: flow('transfer'),
    }),
    insert('stripe.charges', 100, {
      ...record,
      ...names,
      ...status,
      ...{ captured_minor: minor, refunded_minor: '0', is_disputed: 'false' },
      paying_account_id_stripe: `case when ${drawn('pays', 8)} = 0 then 'acct_1' end`,
      // One of the transfers below.
      made_transfer_id_stripe: `'flow_' || cast(hash(i % 14, ${seed}, 'self') % 160 as bigint)`,
      ...{ application_fee_id_stripe: maybe('has_fee', id('self', 'fee', 160)), application_fee_minor: '100' },
    }),
    insert('stripe.application_fee_refunds', 40, {
      ...record,
      ...own,
      ...{ id_stripe: flow('returned'), application_fee_id_stripe: id('self', 'fee', 160) },
    }),
    insert('stripe.refunds', 60, { ...record, ...names, ...status, charge_id_stripe: maybe('has', flow('charge')) }),
    insert('stripe.disputes', 8, { ...record, ...status, charge_id_stripe: flow('charge'), reason: `'general'` }),
    insert('stripe.transfers', 14, {
      ...record,
      ...own,
      ...{ reversed_minor: '0', destination_account_id_stripe: id('account', 'acct', 3) },
    }),
    insert('stripe.transfer_reversals', 8, {
      ...record,
      ...own,
      ...{ id_stripe: id('self', 'rev', 6), transfer_id_stripe: flow('transfer') },
    }),
    insert('stripe.payouts', 6, { ...record, ...names, ...status, is_automatic: 'true', arrives_at: happened }),
    insert('stripe.topups', 4, { ...record, ...own, ...status }),
    ...['platform_earning', 'platform_earning_refund'].map((category) =>
      insert('stripe.balance_transactions', 60, {
        ...record,
        ...{ id_stripe: `'${category}_' || i`, reporting_category: `'${category}'`, balance_type: `'payments'` },
        source_id_stripe: category === 'platform_earning' ? id('self', 'fee', 160) : flow('returned'),
        balance_transaction_type: `'${category === 'platform_earning' ? 'application_fee' : 'application_fee_refund'}'`,
        ...{
          fee_minor: '0',
          fee_tax_minor: '0',
          net_minor: minor,
          status_stripe: `'available'`,
          available_at: happened,
        },
      }),
    ),
    // A balance transaction keeps what it was made with.
    `insert into stripe.balance_transactions by name
      with kinds as (
        select *, movement_class = 'reported' and balance_type = 'payments' as is_usual,
          row_number() over (partition by is_usual order by reporting_category, balance_transaction_type, balance_type) - 1 as position,
          count(*) over (partition by is_usual) as kind_count
        from seeds.stripe_kinds join seeds.stripe_categories using (reporting_category)
      )
      select drawn.* exclude (kind_drawn, is_usual_drawn), kinds.reporting_category, kinds.balance_transaction_type, kinds.balance_type
      from (
        select 'txn_' || i as id_stripe, ${maybe('sourced', flow('source'))} as source_id_stripe,
          ${drawn('kind', 1000)} as kind_drawn, ${drawn('usual', 4)} > 0 as is_usual_drawn,
          case when ${drawn('sign', 3)} = 0 then -1 else 1 end * ${minor} as amount_minor, ${drawn('fee', 3)} * 40 as fee_minor, 0 as fee_tax_minor,
          amount_minor - fee_minor as net_minor, ${one('currency', 'EUR', 'EUR', 'EUR', 'USD')} as currency, 'available' as status_stripe,
          ${happened} as available_at, ${happened} as created_at, ${happened} + to_hours(version) as pulled_at,
          ${happened} + to_hours(version) as recorded_at, '{}' as object_stripe
        from range(150) as counted(i), range(2) as versions(version)
      ) as drawn
      join kinds on kinds.is_usual = drawn.is_usual_drawn and kinds.position = drawn.kind_drawn % kinds.kind_count`,
    ...plainMovements(seed),
  ];
}

test.each([1, 2, 3, 4])(
  'the comparison of a month finds what a comparison of everything finds in it, whatever was recorded (%i)',
  async (seed) => {
    await warehouse.withRollback(async (writer) => {
      for (const statement of anything(seed)) await writer.query(statement);
      const [found, whole] = [await comparedBy(writer, MODELS), await comparedBy(writer, WHOLE)];
      expect(found).toEqual(whole);
      expect(new Set(whole.breaks?.map(({ break_class }) => break_class)).size).toBeGreaterThan(5);
    });
  },
);
