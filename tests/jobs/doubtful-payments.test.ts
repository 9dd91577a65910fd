import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetPublished } from '../../ingest/events/assets.ts';
import { licensePurchased } from '../../ingest/events/sales.ts';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { approveCorrections, proposeCorrection } from '../../jobs/corrections.ts';
import { type AcknowledgeRequest, acknowledge, exceptionsOf } from '../../jobs/exceptions.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { catalogueEvent, type Message } from '../ingest/load/receipts.ts';
import { january, PAYABLE } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

const JANUARY = parsePeriod('2026-01');
const SOLD_AT = '2026-01-15T12:00:00.000Z';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await harness.recordEvents(...january(PAYABLE, harness.stripe));
});
afterAll(() => harness[Symbol.asyncDispose]());

const listed = async () =>
  (await exceptionsOf(harness.services, JANUARY)).map((each) => [
    each.exception_id,
    each.exception_reason,
    each.suspended_amount,
    each.flagged_amount,
  ]);
const balances = () =>
  harness.services.warehouse.query<Record<string, bigint>>(
    `select period, closing_minor, held_minor, payable_minor from tantieme.balances where creator_id = 'cr_ada' order by period`,
  );
const accept = (request: Partial<AcknowledgeRequest>) =>
  acknowledge(harness.services, { period: JANUARY, sentence: 'Finance is looking into it.', by: 'Ada', ...request });

function charged(id: string, amount: string): void {
  const amount_minor = decimalToMinor(amount, 'USD');
  harness.stripe.charge({ id: `ch_${id}`, amount_minor, currency: 'usd', created_at_ms: Date.parse(SOLD_AT) });
}

/** A sale of Ada's song. */
function sold(id: string, amount: string, charge: string): Message {
  return catalogueEvent(licensePurchased, SOLD_AT, {
    license_id: `lic_${id}`,
    sale_id: `sale_${id}`,
    asset_id: 'asset_song',
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency: 'USD',
    charge_id_stripe: `ch_${charge}`,
  });
}

const published = catalogueEvent(assetPublished, '2026-01-01T00:00:00.000Z', {
  asset_id: 'asset_song',
  creator_id: 'cr_ada',
  terms_id: 'terms_song',
  license_type: 'one_time',
  rate: '100',
  currency: 'USD',
  splits: [{ creator_id: 'cr_ada', share_bps: 10_000 }],
});

test('what buyers have not paid at Stripe is not paid out before it is, and one payment is not paid out twice', async () => {
  charged('once', '100.00');
  await harness.recordEvents(
    published,
    sold('once', '100.00', 'once'),
    sold('again', '100.00', 'once'),
    sold('unpaid', '50.00', 'unpaid'),
  );
  await harness.run(loadEvents);
  await harness.recordEvents(sold('once', '90.00', 'once'));
  await harness.run(pullFromStripe);
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    /^3 exceptions of 2026-01 are not acknowledged: charge_exceeded 1 \(100\.00 USD\), charge_missing 1 \(50\.00 USD\), reports_differ 1 \(100\.00 USD\)\./,
  );
  expect(await listed()).toEqual([
    ['charge_missing:sale:sale_unpaid', 'charge_missing', null, '50'],
    ['reports_differ:sale:sale_once', 'reports_differ', null, '100'],
    ['sale:sale_again', 'charge_exceeded', '100', null],
  ]);
  await accept({ exceptionIds: (await listed()).map(([id]) => String(id)) });
  await harness.run(closePeriod, '2026-01');
  const january = { period: '2026-01', held_minor: 4000n };
  const [closed] = await balances();
  expect(closed).toMatchObject(january);
  expect(closed?.payable_minor).toBe((closed?.closing_minor ?? 0n) - 4000n);

  // What Stripe has later, under an older time, changes nothing in the month that is closed.
  charged('unpaid', '50.00');
  await harness.run(pullFromStripe);
  expect(await verifyPeriod(harness.services.warehouse, JANUARY)).toMatchObject({ holds: true });
  await harness.run(issueStatements, '2026-01');
  await harness.run(planPayouts, '2026-01', 'ada');
  await harness.run(approvePayouts, '2026-01', 'ben');
  await harness.run(sendPayouts, '2026-01', 'ada');
  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.run(buildPeriod, '2026-02');
  await accept({ period: parsePeriod('2026-02'), reason: 'charge_exceeded' });
  await harness.run(closePeriod, '2026-02');
  expect((await balances())[1]).toMatchObject({
    closing_minor: 4000n,
    held_minor: 0n,
    payable_minor: 4000n,
  });
  expect(await verifyPeriod(harness.services.warehouse, parsePeriod('2026-02'))).toMatchObject({ holds: true });
});

test('a sale larger than its charge is not payable, nor one without a charge before somebody else confirms it', async () => {
  await harness.restart();
  charged('one', '1.00');
  await harness.recordEvents(
    ...january(PAYABLE, harness.stripe),
    published,
    sold('forged', '99999.00', 'one'),
    sold('transfer', '50.00', 'none'),
  );
  // Nothing was pulled: the closing reads Stripe's records itself.
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    /^2 exceptions of 2026-01 are not acknowledged: charge_exceeded 1 \(99999\.00 USD\), charge_missing 1 \(50\.00 USD\)\./,
  );
  await accept({ exceptionIds: (await listed()).map(([id]) => String(id)) });
  await harness.run(closePeriod, '2026-01');
  expect((await balances())[0]).toMatchObject({ closing_minor: 8011920n, held_minor: 8003920n, payable_minor: 8000n });

  const doubt = { kind: 'doubt', reason: 'Paid by bank transfer.', reference: 'statement 7, line 3', by: 'Ada' };
  await expect(proposeCorrection(harness.services, { ...doubt, id: 'sale_ada_0' })).rejects.toThrow(
    'No doubt about the sale sale_ada_0 can be void: there is none, as last built; check the id, or build the month.',
  );
  harness.setTime('2026-02-10T04:00:00.000Z');
  const { correction } = await proposeCorrection(harness.services, { ...doubt, id: 'sale_transfer' });
  await approveCorrections(harness.services, { ids: [correction.correction_id], by: 'Ben' });
  await harness.run(loadEvents);
  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.run(buildPeriod, '2026-02');
  await accept({ period: parsePeriod('2026-02'), reason: 'charge_exceeded' });
  await harness.run(closePeriod, '2026-02');
  expect((await balances())[1]).toMatchObject({ closing_minor: 8011920n, held_minor: 7999920n, payable_minor: 12000n });
});
