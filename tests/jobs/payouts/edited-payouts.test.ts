import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { ApprovedPayouts, payoutOf } from './approved-payouts.ts';

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
  await payouts.approve();
  await payouts.send();
});
afterAll(() => payouts[Symbol.asyncDispose]());

test('what Stripe has of a payout whose line was edited waits until the line is as it was approved; the others do not', async () => {
  const edit = (amount_minor: bigint) =>
    payouts.operational
      .updateTable('payout_lines')
      .set({ amount_minor })
      .where('payout_id', '=', payoutOf('cr_ada'))
      .execute();
  for (const creator of ['cr_ada', 'cr_cai']) await payouts.reverseAtStripe(creator, 30_00);
  await payouts.harness.run(pullFromStripe);
  await edit(30_00n);
  expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 2, reversals: 1 });
  expect(await payouts.states()).toMatchObject({ cr_ada: 'sent', cr_cai: 'confirmed' });
  expect(await payouts.reversals()).toEqual(['cr_cai 30.00 EUR 2026-01']);
  await edit(80_00n);
  expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 1, reversals: 1 });
});
