import { afterAll, beforeAll, expect, test } from 'vitest';
import { payoutReversed, payoutSent } from '../../../ingest/events/payouts.ts';
import { transferReversals } from '../../../ingest/stripe/tables.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { catalogueEvent, receiptLine } from '../../ingest/load/receipts.ts';
import { restartWithJanuary } from '../closed-january.ts';
import { openAccount, PAYABLE, UNPAID } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await restartWithJanuary(harness, [...PAYABLE, ...Object.values(UNPAID)]);
});
afterAll(() => harness[Symbol.asyncDispose]());

const lines = () => harness.services.operational.selectFrom('payout_lines').selectAll().orderBy('creator_id').execute();

const ELSEWHERE = {
  payout_id: 'po_elsewhere',
  batch_id: 'batch_2025-12',
  creator_id: 'cr_ada',
  payout_period: '2025-12',
  amount: '80.00',
  currency: 'USD',
  account_id_stripe: 'acct_ada',
  transfer_id_stripe: 'tr_elsewhere',
};

test('a creator who was paid by a payout that was reported after the closing is not paid again; all others are', async () => {
  await harness.restart('books');
  for (const fixture of PAYABLE) openAccount(fixture, harness.stripe);
  harness.setTime('2026-02-02T05:00:00.000Z');
  // As after a restore of the control store, which no longer has the transfer.
  const event = catalogueEvent(payoutSent, '2026-01-20T12:00:00.000Z', ELSEWHERE);
  const received_at = '2026-02-02T05:00:00.000Z';
  await harness.services.spool.append([receiptLine(event, { received_at, source_id: 'tantieme' })]);
  expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 2, skipped: 7 });
  expect(Object.fromEntries((await lines()).map(({ creator_id, reason }) => [creator_id, reason]))).toMatchObject({
    cr_ada: 'paid_since_closing',
    cr_ben: 'payable',
    cr_cai: 'payable',
  });
});

test.each([
  ['is paid again once Stripe has reversed all of it', '80.00', 8000n, 'payable'],
  ['is not paid again if only a part of it came back', '79.99', 7999n, 'paid_since_closing'],
  ['is not paid again if Stripe has reversed less than was reported', '80.00', 7999n, 'paid_since_closing'],
])('such a creator %s', async (_what, amount, amount_minor, reason) => {
  await harness.restart('books');
  for (const fixture of PAYABLE) openAccount(fixture, harness.stripe);
  harness.setTime('2026-02-02T05:00:00.000Z');
  const [received_at, at] = ['2026-02-02T05:00:00.000Z', '2026-01-20T12:00:00.000Z'];
  const reversal = { ...ELSEWHERE, amount, reversal_id_stripe: 'trr_elsewhere' };
  const events = [catalogueEvent(payoutSent, at, ELSEWHERE), catalogueEvent(payoutReversed, at, reversal)];
  await harness.services.spool.append(
    events.map((event) => receiptLine(event, { received_at, source_id: 'tantieme' })),
  );
  await harness.services.warehouse.transaction((writer) =>
    writer.append(transferReversals, [
      {
        ...{ id_stripe: 'trr_elsewhere', transfer_id_stripe: 'tr_elsewhere', amount_minor, currency: 'USD' },
        ...{ created_at: at, object_stripe: '{}', pulled_at: received_at, recorded_at: received_at },
      },
    ]),
  );
  await harness.run(planPayouts, '2026-01');
  await harness.services.warehouse.transaction((writer) => writer.query('delete from stripe.transfer_reversals'));
  expect((await lines()).find(({ creator_id }) => creator_id === 'cr_ada')).toMatchObject({ reason });
});
