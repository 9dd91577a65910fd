import { expect, test } from 'vitest';
import { allCloses } from '../../../transforms/ledger/closing.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { nextPeriod, parsePeriod } from '../../../warehouse/period.ts';
import { seeded } from '../../support/marketplace/prng.ts';
import { closeAt, eventTable, openThoroughWarehouse, recordEvents } from '../small-month.ts';

const MONTHS = Array.from({ length: 9 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`);
const random = seeded(2026);

/** A month of sales, uses and refunds of earlier sales; every month one sale of an asset whose terms come two months later. */
function eventsOf(month: string, at: number): string {
  const day = () => `${month}-${String(random.between(1, 28)).padStart(2, '0')}`;
  const sales = Array.from(
    { length: 6 },
    (_, n) => `sale_${at}_${n} | asset_${n % 3} | dev_${n % 2} | ${10 + n} | 0 | EUR | ch_${at}_${n} | ${day()}`,
  );
  const unknown = `sale_${at}_x | asset_new_${at} | dev_0 | 7 | 0 | EUR | ch_${at}_x | ${day()}`;
  const uses = Array.from(
    { length: 20 },
    (_, n) => `use_${at}_${n} | asset_${n % 3} | dev_${n % 2} | ${random.between(1, 99999)} | ${day()}`,
  );
  const refunds =
    at === 0
      ? []
      : [
          `ref_${at} | sale_${at - 1}_${random.between(0, 5)} | ${random.between(1, 900) / 100} | 0 | EUR | re_${at} | ${day()}`,
        ];
  const cured =
    at < 2
      ? []
      : [
          `terms_new_${at - 2} | asset_new_${at - 2} | one_time | 7 | EUR | [{"creator_id":"cr_late","share_bps":10000}] | 2026-01-01`,
        ];
  return [
    eventTable('asset_published', 'terms_id asset_id license_type rate currency splits timestamp', cured),
    eventTable(
      'license_purchased',
      'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe timestamp',
      [...sales, unknown],
    ),
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', uses),
    eventTable('license_refunded', 'refund_id sale_id amount tax_amount currency refund_id_stripe timestamp', refunds),
  ].join('');
}

const TERMS = eventTable(
  'asset_published',
  'terms_id asset_id license_type rate currency splits timestamp',
  [0, 1, 2].flatMap((n) =>
    ['one_time', 'metered'].map(
      (type) =>
        `terms_${type}_${n} | asset_${n} | ${type} | 0.0007 | EUR | [{"creator_id":"cr_a","share_bps":3333},{"creator_id":"cr_b","share_bps":6667}] | 2026-01-01`,
    ),
  ),
);

test('closing after closing: nothing is lost, every seal verifies, and what was in suspense is paid later', async () => {
  const warehouse = await openThoroughWarehouse();
  await recordEvents(warehouse, '2026-01-01T00:00:00Z', TERMS);
  for (const [at, month] of MONTHS.entries()) {
    const next = nextPeriod(parsePeriod(month));
    await recordEvents(warehouse, `${next}-01T00:00:00Z`, eventsOf(month, at));
    await closeAt(warehouse, month, `${next}-02T08:00:00Z`);
  }
  for (const month of MONTHS) {
    expect(await verifyPeriod(warehouse, parsePeriod(month)), month).toMatchObject({ holds: true });
  }
  const seals = await allCloses(warehouse);
  expect(seals.slice(1).map((close) => close.previous_seal)).toEqual(seals.slice(0, -1).map((close) => close.seal));

  const [totals] = await warehouse.query(`select
      sum(buyers_net_amount) - sum(creators_amount) - sum(platform_fee_amount) - sum(rounding_amount) - sum(suspense_amount) as lost,
      sum(suspense_amount) as suspense, count(*) as period_count
    from tantieme.period_totals`);
  // The terms of the last two months' unknown assets have not come yet.
  expect(totals).toEqual({ lost: '0', suspense: '14', period_count: BigInt(MONTHS.length) });
  expect(
    await warehouse.query(
      `select period, earned_period from tantieme.statement_lines where creator_id = 'cr_late' order by period`,
    ),
  ).toEqual(MONTHS.slice(2).map((period, at) => ({ period, earned_period: MONTHS[at] })));
  // Each account starts where it ended: the balance of a creator is all that was ever posted.
  expect(
    await warehouse.query(`with posted as (
        select account_owner_id as creator_id, -sum(posting_amount) as amount from tantieme.postings where account = 'creators_payable' group by account_owner_id
      )
      select posted.creator_id from posted
      join tantieme.balances as balances on balances.creator_id = posted.creator_id and balances.period = '${MONTHS.at(-1)}'
      where posted.amount <> cast(balances.closing_minor as decimal(18, 2)) / 100`),
  ).toEqual([]);
  await warehouse.close();
});
