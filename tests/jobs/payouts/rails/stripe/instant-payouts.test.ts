import { afterEach, beforeEach, expect, test } from 'vitest';
import { payableToBank } from '../../../../../ingest/stripe/amounts.ts';
import { openPacer } from '../../../../../jobs/payouts/pacing.ts';
import { InstantPayouts, type InstantRequest } from '../../../../../jobs/payouts/rails/stripe/instant-payouts.ts';
import { requirePresent } from '../../../../../warehouse/invariant.ts';
import { stripeClient } from '../../../../support/stripe/client.ts';
import type { Fault, FaultyRequest } from '../../../../support/stripe/faults.ts';
import type { LocalStripe } from '../../../../support/stripe/local-stripe.ts';
import { manualClock } from '../../../../support/stripe/small-account.ts';
import { BODY, startTransfers, transfersOf } from './transfers-of.ts';

const account = BODY.destination;
const clock = manualClock();
const mayStart = () => true;
let stripe: LocalStripe;
let instant: InstantPayouts;
let fault: Fault | undefined;
afterEach(() => stripe.stop());
beforeEach(() => start());

/** With a transfer of 80.00 USD to the account, whose bank account takes instant payouts. */
async function start({ instantFeeBps = 0, takes_instant = true } = {}): Promise<void> {
  fault = undefined;
  const faults = ({ key }: FaultyRequest) => (key ? fault : undefined);
  const started = await startTransfers(clock, { faults, instantFeeBps });
  stripe = started.stripe;
  const bank = { account, currency: 'usd', created_at_ms: clock.now() };
  stripe.externalAccount({ id: 'ba_plain', ...bank });
  stripe.externalAccount({ id: 'ba_instant', ...bank, takes_instant });
  const wait = async (ms: number) => clock.advance(ms);
  instant = new InstantPayouts(started.client, { pacer: openPacer({ clock, wait }), wait });
  expect(await started.transfers.request({ body: BODY, key: 'a1' })).toMatchObject({ outcome: 'made' });
}

async function request(): Promise<InstantRequest> {
  const offer = await instant.offerFor(BODY);
  return { account, key: 'i1', body: requirePresent('body' in offer ? offer.body : undefined, 'It is offered.') };
}
const made = () => instant.find({ account, payoutId: BODY.metadata.payout_id, since: clock.now() - 1000 });

test('a transfer is paid out at once to the default bank account, once for its key', async () => {
  const asked = await request();
  expect(asked.body).toMatchObject({ amount: 80_00, destination: 'ba_instant', method: 'instant' });
  const first = await instant.request(asked, { mayStart });
  expect(first).toMatchObject({ outcome: 'made' });
  expect(await instant.request(asked, { mayStart })).toEqual(first);
  expect(await made()).toEqual([first.outcome === 'made' ? first.payoutIdStripe : '']);
  expect(stripe.balance('usd', account)).toBe(0n);
});

test('what the platform charges is left on the account', async () => {
  await stripe.stop();
  await start({ instantFeeBps: 150 });
  const asked = await request();
  expect(asked.body.amount).toBe(78_81);
  expect(await instant.request(asked, { mayStart })).toMatchObject({ outcome: 'made' });
  expect(stripe.balance('usd', account)).toBe(0n);
});

test('no more than the transfer is paid out, whatever else the account has', async () => {
  const more = { ...BODY, transfer_group: 'batch_2026-01:po_2', metadata: { ...BODY.metadata, payout_id: 'po_2' } };
  await transfersOf(stripeClient(stripe), clock).request({ body: more, key: 'a2' });
  await instant.request(await request(), { mayStart });
  expect(stripe.balance('usd', account)).toBe(80_00n);
});

test.each([
  ['takes none', { takes_instant: false }, BODY, /no bank account or card in USD that takes instant payouts/],
  ['of another currency', {}, { ...BODY, currency: 'eur' }, /no bank account or card in EUR/],
])('a bank account that %s is declined', async (_what, options, body, sentence) => {
  await stripe.stop();
  await start(options);
  expect(await instant.offerFor(body)).toEqual({ declined: expect.stringMatching(sentence) });
});

test('an account with nothing left, or whose bank has failed, is declined', async () => {
  await instant.request(await request(), { mayStart });
  expect(await instant.offerFor(BODY)).toEqual({ declined: expect.stringContaining('no instant payout in USD now') });
  stripe.changeExternalAccount({ id: 'ba_instant', account, status: 'errored', at_ms: clock.now() });
  expect(await instant.offerFor(BODY)).toEqual({ declined: expect.stringContaining('no bank account or card') });
});

test.each<[Fault, object, number]>([
  ['rate_limit', { outcome: 'unknown' }, 0],
  ['drop_after_commit', { outcome: 'unknown' }, 1],
  ['error_committed', { outcome: 'refused', keyIsSpent: true }, 1],
  ['error_uncommitted', { outcome: 'refused', keyIsSpent: true }, 0],
  [{ refused: 'instant_payouts_limit_exceeded' }, { outcome: 'refused', keyIsSpent: true, next: 'hold' }, 0],
])('with the fault %j, it is looked up whether there is one', async (each, outcome, count) => {
  const asked = await request();
  fault = each;
  expect(await instant.request(asked, { mayStart })).toMatchObject(outcome);
  expect(await made()).toHaveLength(count);
});

test.each([
  ['is asked for', [false]],
  ['has an open connection', [true, false]],
])('nothing is requested that may not start any more once it %s', async (_, answers) => {
  const asked = await request();
  const unconnected = new InstantPayouts(stripeClient(stripe), { pacer: openPacer({ clock }) });
  const outcome = await unconnected.request(asked, { mayStart: () => answers.shift() ?? true });
  expect(outcome).toEqual({ outcome: 'not_started' });
  expect(answers).toEqual([]);
  expect(await made()).toEqual([]);
});

test.each([
  ['usd', 12_34, 12_34],
  ['huf', 12_34, 12_00],
  ['isk', 12_99, 12_00],
  ['kwd', 1_239, 1_230],
])('a bank is paid in %s what it takes of %i', (currency, amount, payable) => {
  expect(payableToBank(amount, currency)).toBe(payable);
});
