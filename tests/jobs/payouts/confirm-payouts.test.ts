import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { payoutSent } from '../../../ingest/events/payouts.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { accountUpdated } from '../january.ts';
import { ApprovedPayouts } from './approved-payouts.ts';

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(async () => {
  await payouts.approve();
  await payouts.send();
});

const confirm = () => payouts.harness.run(confirmPayouts);

test("a payout is confirmed once Stripe's records have its transfer, and only once", async () => {
  expect(await confirm()).toEqual({ confirmed: 0, reversals: 0 });
  await payouts.harness.run(pullFromStripe);
  expect(await confirm()).toEqual({ confirmed: 3, reversals: 0 });
  expect(await payouts.states()).toEqual({ cr_ada: 'confirmed', cr_ben: 'confirmed', cr_cai: 'confirmed' });
  expect(await confirm()).toEqual({ confirmed: 0, reversals: 0 });
});

test('each reversal is reported once with its amount; a payout is reversed when nothing is left of it', async () => {
  await payouts.reverseAtStripe('cr_ada', 30_00);
  await payouts.reverseAtStripe('cr_cai');
  await payouts.harness.run(pullFromStripe);
  expect(await confirm()).toEqual({ confirmed: 3, reversals: 2 });
  expect(await payouts.states()).toEqual({ cr_ada: 'confirmed', cr_ben: 'confirmed', cr_cai: 'reversed' });
  expect(await payouts.sentences()).toMatchObject({ cr_ada: null, cr_cai: expect.stringContaining('owed again') });
  await payouts.reverseAtStripe('cr_ada', 50_00);
  await payouts.harness.run(pullFromStripe);
  for (const found of [1, 0]) expect(await confirm()).toEqual({ confirmed: 0, reversals: found });
  expect(await payouts.states()).toMatchObject({ cr_ada: 'reversed' });
  expect((await payouts.reversals()).toSorted()).toEqual([
    'cr_ada 30.00 USD 2026-01',
    'cr_ada 50.00 USD 2026-01',
    'cr_cai 160.00 EUR 2026-01',
  ]);
});

describe('a charge with a destination', () => {
  const at = { currency: 'usd', created_at_ms: Date.parse('2026-01-31T12:00:00.000Z') };
  const book = () =>
    runJob(
      { ...payouts.harness.services, destinationCharges: true },
      { job: confirmPayouts, period: undefined, startedBy: 'ada' },
    );
  const reported = async (event: string) => {
    const rows = payouts.operational.selectFrom('outbox').select('properties').where('event', '=', event);
    return (await rows.execute()).map(({ properties }) => properties as Record<string, string>);
  };
  /** Closed January, and a charge whose transfer of 30.00 USD the closing has not seen. */
  const charge = async () => {
    await payouts.begin();
    await transferred();
  };
  const transferred = async () => {
    const { stripe } = payouts.harness;
    stripe.charge({
      id: 'ch_sent',
      amount_minor: 40_00,
      destination: { account: 'acct_ada', amount_minor: 30_00 },
      ...at,
    });
    await payouts.harness.run(pullFromStripe);
  };

  test('is booked as paid to the creator, so that no plan pays it again, and what its refund takes back as a reversal', async () => {
    await charge();
    expect(await confirm()).toEqual({ confirmed: 0, reversals: 0 });
    for (const count of [1, 0]) expect(await book()).toMatchObject({ destination_transfers: count });
    const [transfer] = payouts.harness.stripe.transfers();
    const sent = { creator_id: 'cr_ada', amount: '30.00', currency: 'USD', payout_period: '2026-01' };
    expect(await reported('Payout Sent')).toMatchObject([{ ...sent, transfer_id_stripe: transfer?.id }]);
    await payouts.harness.run(loadEvents);
    await payouts.harness.run(planPayouts, '2026-01');
    expect(await payouts.line('cr_ada')).toMatchObject({ reason: 'paid_since_closing' });
    expect(await payouts.line('cr_ben')).toMatchObject({ reason: 'payable' });
    payouts.harness.stripe.refund({
      ...{ id: 're_sent', charge: 'ch_sent', amount_minor: 20_00, reverse_transfer: true },
      created_at_ms: Date.parse('2026-02-02T03:00:00.000Z'),
    });
    await payouts.harness.run(pullFromStripe);
    for (const _ of [1, 2]) await book();
    expect(await reported('Payout Reversed')).toMatchObject([{ ...sent, amount: '15.00' }]);
  });

  const transferId = () => payouts.harness.stripe.transfers()[0]?.id ?? '';
  /** The payout of the transfer, as it was recorded. */
  const record = async (payout: { payout_id: string; creator_id: string; batch_id: string }) => {
    await enqueueEvent(payouts.operational, {
      ...{ declaration: payoutSent, messageId: `${payout.payout_id}-sent`, occurredAt: '2026-01-31T12:00:00.000Z' },
      properties: {
        ...payout,
        ...{ payout_period: '2026-01', amount: '30.00', currency: 'USD' },
        ...{ account_id_stripe: 'acct_ada', transfer_id_stripe: transferId() },
      },
    });
    await payouts.harness.run(loadEvents);
  };

  test('is taken back of the creator to whom it was booked, whoever has the account now', async () => {
    await charge();
    const batch_id = 'batch_destination_charges';
    await record({ payout_id: derivedId('po', batch_id, transferId()), creator_id: 'cr_ben', batch_id });
    payouts.harness.stripe.refund({
      ...{ id: 're_sent', charge: 'ch_sent', amount_minor: 20_00, reverse_transfer: true },
      created_at_ms: Date.parse('2026-02-02T03:00:00.000Z'),
    });
    await payouts.harness.run(pullFromStripe);
    expect(await book()).toMatchObject({ destination_transfers: 0 });
    expect(await reported('Payout Reversed')).toMatchObject([{ creator_id: 'cr_ben', amount: '15.00' }]);
  });

  test('is booked for the creator who had the account when it was made, not for the one who has it now', async () => {
    await charge();
    await payouts.harness.recordEvents(
      accountUpdated('ada', { account: 'acct_new', at: '2026-02-01T20:00:00.000Z' }),
      accountUpdated('ben', { account: 'acct_ada', at: '2026-02-01T21:00:00.000Z' }),
    );
    await payouts.harness.run(loadEvents);
    expect(await book()).toMatchObject({ destination_transfers: 1 });
    expect(await reported('Payout Sent')).toMatchObject([{ creator_id: 'cr_ada', amount: '30.00' }]);
  });

  test('is left to a person if nobody had the account any more: who has it next may be reported only later', async () => {
    await payouts.begin();
    await payouts.harness.recordEvents(accountUpdated('ada', { account: 'acct_new', at: '2026-01-30T20:00:00.000Z' }));
    await payouts.harness.run(loadEvents);
    await transferred();
    expect(await book()).toMatchObject({ destination_transfers: 0 });
    await payouts.harness.recordEvents(accountUpdated('ben', { account: 'acct_ada', at: '2026-01-30T21:00:00.000Z' }));
    await payouts.harness.run(loadEvents);
    expect(await book()).toMatchObject({ destination_transfers: 1 });
    expect(await reported('Payout Sent')).toMatchObject([{ creator_id: 'cr_ben', amount: '30.00' }]);
  });

  test('that somebody else has recorded is not reported again', async () => {
    await charge();
    await record({ payout_id: 'po_by_hand', creator_id: 'cr_ada', batch_id: 'batch_by_hand' });
    expect(await book()).toMatchObject({ destination_transfers: 0 });
  });
});
