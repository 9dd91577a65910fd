import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
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

async function reverse(creator: string, amount?: number): Promise<void> {
  const transfer = payouts.harness.stripe.transfers().find(({ metadata }) => metadata.creator_id === creator);
  await payouts.harness.services.stripe?.transfers.createReversal(transfer?.id ?? '', amount ? { amount } : {});
}

const states = async () => {
  const status = await statusOf(payouts.harness.services, 'batch_2026-01');
  return Object.fromEntries(status.map(({ creator_id, state }) => [creator_id, state]));
};

async function reversals(): Promise<unknown[]> {
  const rows = await payouts.operational
    .selectFrom('outbox')
    .select(['properties', 'occurred_at'])
    .where('event', '=', 'Payout Reversed')
    .orderBy('entry')
    .execute();
  return rows.map(({ properties }) => {
    const { creator_id, amount, currency, payout_period } = properties as Record<string, string>;
    return [creator_id, amount, currency, payout_period].join(' ');
  });
}

test("a payout is confirmed once Stripe's records have its transfer, and only once", async () => {
  expect(await confirm()).toEqual({ confirmed: 0, reversals: 0 });
  await payouts.harness.run(pullFromStripe);
  expect(await confirm()).toEqual({ confirmed: 3, reversals: 0 });
  expect(await states()).toEqual({ cr_ada: 'confirmed', cr_ben: 'confirmed', cr_cai: 'confirmed' });
  expect(await confirm()).toEqual({ confirmed: 0, reversals: 0 });
});

test('each reversal is reported once with its amount; a payout is reversed when nothing is left of it', async () => {
  await reverse('cr_ada', 30_00);
  await reverse('cr_cai');
  await payouts.harness.run(pullFromStripe);
  expect(await confirm()).toEqual({ confirmed: 3, reversals: 2 });
  expect(await states()).toEqual({ cr_ada: 'confirmed', cr_ben: 'confirmed', cr_cai: 'reversed' });
  await reverse('cr_ada', 50_00);
  await payouts.harness.run(pullFromStripe);
  for (const found of [1, 0]) expect(await confirm()).toEqual({ confirmed: 0, reversals: found });
  expect(await states()).toMatchObject({ cr_ada: 'reversed' });
  expect((await reversals()).toSorted()).toEqual([
    'cr_ada 30.00 USD 2026-01',
    'cr_ada 50.00 USD 2026-01',
    'cr_cai 160.00 EUR 2026-01',
  ]);
});
