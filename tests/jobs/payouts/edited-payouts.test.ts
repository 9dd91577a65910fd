import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { ApprovedPayouts, payoutOf } from './approved-payouts.ts';

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
  await payouts.approve();
  await payouts.send();
});
afterAll(() => payouts[Symbol.asyncDispose]());

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

test('what Stripe has of a payout whose line was edited waits until the line is as it was approved; the others do not', async () => {
  const edit = (amount_minor: bigint) =>
    payouts.operational
      .updateTable('payout_lines')
      .set({ amount_minor })
      .where('payout_id', '=', payoutOf('cr_ada'))
      .execute();
  for (const creator of ['cr_ada', 'cr_cai']) await reverse(creator, 30_00);
  await payouts.harness.run(pullFromStripe);
  await edit(30_00n);
  expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 2, reversals: 1 });
  expect(await states()).toMatchObject({ cr_ada: 'sent', cr_cai: 'confirmed' });
  expect(await reversals()).toEqual(['cr_cai 30.00 EUR 2026-01']);
  await edit(80_00n);
  expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 1, reversals: 1 });
});
