import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { expireLeases, RUN } from '../test-services.ts';
import { ApprovedPayouts, keyOf, payoutOf } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');
const GROUP = `batch_2026-01:${payoutOf('cr_ada')}`;

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

/** As somebody makes it in Stripe's dashboard; returns its id. */
async function madeByHand({ amount = 80_00, destination = 'acct_ada' } = {}): Promise<string> {
  const { stripe } = payouts.harness.services;
  const transfer = await stripe?.transfers.create({ amount, currency: 'usd', destination, transfer_group: GROUP });
  return transfer?.id ?? '';
}

const reverse = (id: string) => payouts.harness.services.stripe?.transfers.createReversal(id);

const detailOfHold = async () => {
  const held = payouts.operational.selectFrom('payout_log').select('detail').where('state', '=', 'held');
  return (await held.where('payout_id', '=', payoutOf('cr_ada')).executeTakeFirstOrThrow()).detail;
};

describe('transfers that exist at Stripe', () => {
  test('two for one payout: it is held with both named, the others go on, and it ends by itself once one is reversed', async () => {
    const [first, second] = [await madeByHand(), await madeByHand()];
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held transfer_repeated']);
    const detail = await detailOfHold();
    for (const id of [first, second]) expect(detail).toContain(id);
    await reverse(first);
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(await payouts.log('cr_ada')).toEqual(['held transfer_repeated', 'sent 1']);
  });

  test('one that was reversed does not count: the payout is sent', async () => {
    await reverse(await madeByHand());
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'sent 1']);
  });

  test.each([
    ['amount', { amount: 79_99 }],
    ['account', { destination: 'acct_ben' }],
  ])('one with another %s: the payout is held, and the transfer named', async (_, change) => {
    const id = await madeByHand(change);
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held transfer_differs']);
    expect(await detailOfHold()).toContain(id);
  });

  test('one of two that is reversed after the payout was sent: nothing is owed again', async () => {
    await payouts.send();
    const [own] = payouts.harness.stripe.transfers().filter(({ transfer_group }) => transfer_group === GROUP);
    const other = await madeByHand();
    await reverse(own?.id ?? '');
    await payouts.harness.run(pullFromStripe);
    expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 3, reversals: 0 });
    await reverse(other);
    await payouts.harness.run(pullFromStripe);
    expect(await payouts.harness.run(confirmPayouts)).toEqual({ confirmed: 0, reversals: 1 });
  });
});

test('a sender that was stopped past its lease writes nothing once another one has finished', async () => {
  const resume = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  payouts.harness.faults(({ path }) => {
    if (path !== '/v1/accounts/acct_ada') return undefined;
    reached.resolve();
    payouts.harness.faults(() => undefined);
    return { hold: resume.promise };
  });
  const stopped = sendPayouts.run({ ...payouts.harness.services, ...RUN }, JANUARY);
  const refused = expect(stopped).rejects.toThrow(/has lost its lease/);
  await reached.promise;
  await expireLeases(payouts.operational);
  await payouts.sendUntilSent();
  resume.resolve();
  await refused;
  await payouts.eachSentOnce();
  expect((await payouts.log('cr_ada')).filter((step) => step.startsWith('sent'))).toHaveLength(1);
});

test('a refusal that would meet every payout stops the batch, and no payout is held for it', async () => {
  payouts.harness.faults(({ method, path }) =>
    method === 'POST' && path === '/v1/transfers' ? { refused: 'platform_api_key_expired' } : undefined,
  );
  await expect(payouts.send()).rejects.toThrow(/Stripe refuses all of them/);
  payouts.harness.faults(() => undefined);
  await payouts.sendUntilSent();
  await payouts.eachSentOnce();
});

test('a refusal that nobody knows holds its payout until a person releases it', async () => {
  payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? { refused: 'brand_new_code' } : undefined));
  for (let runs = 0; runs < 2; runs++) expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
  expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'held refused']);
});
