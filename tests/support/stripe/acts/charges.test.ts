import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Rejected } from '../../../../warehouse/errors.ts';
import { stripeClient } from '../client.ts';
import { type LocalStripe, startStripe } from '../local-stripe.ts';
import { rowsOf } from '../rows.ts';
import { manualClock, rejection } from '../small-account.ts';

const DAY_MS = 86_400_000;

let clock = manualClock();
let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  clock = manualClock();
  world = await startStripe({ clock, apiKey: 'sk_test_local' });
  stripe = stripeClient(world);
});
afterEach(() => world.stop());

const at_ms = manualClock().now();
const usd = { currency: 'usd', created_at_ms: at_ms };

describe('an authorised charge', () => {
  test('moves nothing before it is captured, and nothing if it expires or fails', async () => {
    for (const id of ['ch_1', 'ch_2']) world.charge({ id, amount_minor: 10_00, state: 'uncaptured', ...usd });
    world.charge({ id: 'ch_3', amount_minor: 10_00, state: 'failed', ...usd });
    world.expireCharge({ id: 'ch_1', at_ms, refund_id: 're_1' });
    expect(await rowsOf(stripe)).toEqual([]);
    expect(await stripe.charges.retrieve('ch_1')).toMatchObject({ captured: false, refunded: true });
    expect(await stripe.refunds.retrieve('re_1')).toMatchObject({ reason: 'expired_uncaptured_charge' });
    expect(() => world.captureCharge({ id: 'ch_1', at_ms })).toThrow(Rejected);
    const early = { id: 'ch_4', amount_minor: 10_00, state: 'uncaptured', fee_minor: 1, ...usd } as const;
    expect(() => world.charge(early)).toThrow('say the settled amount and the fee when it is captured');
    expect(() => world.failCharge({ id: 'ch_2', at_ms })).toThrow('The charge ch_2 has moved nothing.');
    world.captureCharge({ id: 'ch_2', at_ms, amount_minor: 12_00, is_overcapture: true });
    expect(await rowsOf(stripe)).toEqual(['ch_2 charge/charge usd 1200 fee 65']);
  });

  test('captured in part has two rows, and returns a part of the fee', async () => {
    for (const id of ['ch_1', 'ch_2']) world.charge({ id, amount_minor: 50_00, state: 'uncaptured', ...usd });
    world.captureCharge({ id: 'ch_1', at_ms, amount_minor: 20_00 });
    const settled = { currency: 'eur', amount_minor: 18_00 };
    const more = { fee_minor: 2_00, returned_fee_minor: 0, source: 'refund', refund_id: 're_2' } as const;
    world.captureCharge({ id: 'ch_2', at_ms, amount_minor: 20_00, settled, ...more });
    expect(await rowsOf(stripe)).toEqual([
      'ch_1 charge/charge usd 5000 fee 175',
      'ch_1 partial_capture_reversal/refund usd -3000 fee -87',
      'ch_2 charge/charge eur 4500 fee 200',
      're_2 partial_capture_reversal/refund eur -2700',
    ]);
    expect(world.balance('usd')).toBe(20_00n - 88n);
    expect(await stripe.charges.retrieve('ch_1')).toMatchObject({ amount: 50_00, amount_captured: 20_00 });
    const refund = { id: 're_3', charge: 'ch_1', created_at_ms: at_ms };
    expect(() => world.refund({ ...refund, amount_minor: 20_01 })).toThrow(Rejected);
    world.refund({ ...refund, amount_minor: 20_00 });
    expect(await stripe.charges.retrieve('ch_1')).toMatchObject({ amount_refunded: 20_00, refunded: true });
  });
});

describe('a bank debit', () => {
  test('has its row while it is pending; a failure is a second row with a source of its own', async () => {
    for (const id of ['py_1', 'py_2'])
      world.charge({ id, amount_minor: 10_00, state: 'pending', fee_minor: 5, ...usd });
    expect(await stripe.charges.retrieve('py_1')).toMatchObject({ status: 'pending', paid: false });
    world.succeedCharge({ id: 'py_1', at_ms });
    world.failCharge({ id: 'py_2', at_ms, source: 'refund', refund_id: 'pyr_2', fee_minor: -5 });
    expect(await rowsOf(stripe)).toEqual([
      'py_1 charge/payment usd 1000 fee 5 pending',
      'py_2 charge/payment usd 1000 fee 5 pending',
      'pyr_2 charge_failure/payment_failure_refund usd -1000 fee -5 pending',
    ]);
    const failed = await stripe.charges.retrieve('py_2');
    const row = await stripe.balanceTransactions.retrieve(String(failed.failure_balance_transaction));
    expect(row).toMatchObject({ source: 'pyr_2', net: -9_95 });
    expect(await stripe.refunds.retrieve('pyr_2')).toMatchObject({ charge: 'py_2', balance_transaction: row.id });
    expect(await stripe.charges.retrieve('py_1')).toMatchObject({ status: 'succeeded', paid: true });
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 9_95 }] });
    clock.advance(5 * DAY_MS);
    expect(world.balance('usd')).toBe(9_95n);
  });
});

describe('a charge', () => {
  test('in another currency is settled at the rate of its day, and so is what takes it back', async () => {
    const settled = (amount_minor: number) => ({ currency: 'usd', amount_minor });
    const act = { currency: 'eur', created_at_ms: at_ms, presented: { currency: 'pln', amount_minor: 43_00 } };
    world.charge({ id: 'ch_1', amount_minor: 10_00, ...act, settled: settled(11_00) });
    const refund = { id: 're_1', charge: 'ch_1', amount_minor: 4_00, created_at_ms: at_ms };
    expect(() => world.refund(refund)).toThrow('The charge ch_1 was settled in usd');
    world.refund({ ...refund, settled: settled(4_80) });
    world.failRefund({ id: 're_1', at_ms, settled: settled(4_60) });
    const claim = { id: 'dp_1', charge: 'ch_1', amount_minor: 10_00, created_at_ms: at_ms };
    world.dispute({ ...claim, status: 'needs_response', settled: settled(12_00), fee_minor: 0 });
    world.closeDispute({ id: 'dp_1', won: true, at_ms, settled: settled(11_50) });
    expect(await rowsOf(stripe)).toEqual([
      'ch_1 charge/charge usd 1100 fee 62',
      're_1 refund/refund usd -480',
      're_1 refund_failure/refund_failure usd 460',
      'dp_1 dispute/adjustment usd -1200',
      'dp_1 dispute_reversal/adjustment usd 1150',
    ]);
    expect(world.balance('usd')).toBe(11_00n - 62n - 20n - 50n);
    const { data } = await stripe.balanceTransactions.list({ source: 'ch_1' });
    expect(data).toMatchObject([{ exchange_rate: 1.1 }]);
    expect(await stripe.charges.retrieve('ch_1')).toMatchObject({
      amount: 10_00,
      currency: 'eur',
      presentment_details: { presentment_amount: 43_00 },
    });
  });

  test('has the fee that is given, with the tax inside', async () => {
    world.charge({ id: 'ch_1', amount_minor: 10_00, fee_minor: 71n, tax_minor: 11, ...usd });
    const [line] = (await stripe.balanceTransactions.list()).data;
    expect(line).toMatchObject({
      fee: 71,
      net: 9_29,
      fee_details: [
        { amount: 60, type: 'stripe_fee' },
        { amount: 11, type: 'tax' },
      ],
    });
  });

  test('from a connected account debits it', async () => {
    world.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
    for (const id of ['py_1', 'py_2']) world.charge({ id, amount_minor: 10_00, source_account: 'acct_ada', ...usd });
    world.failCharge({ id: 'py_2', at_ms });
    expect((await rowsOf(stripe))[0]).toBe('py_1 charge/payment usd 1000 fee 59');
    expect(world.balance('usd', 'acct_ada')).toBe(-10_00n);
  });
});

describe('a server with a delay', () => {
  beforeEach(async () => {
    await world.stop();
    world = await startStripe({ clock, apiKey: 'sk_test_local', settlementDelayMs: 2 * DAY_MS });
    stripe = stripeClient(world);
    world.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
    world.charge({ id: 'ch_1', amount_minor: 10_00, payment_intent: 'pi_1', ...usd });
  });
  const send = (more: object = {}, amount = 9_00) =>
    stripe.transfers.create({ amount, currency: 'usd', destination: 'acct_ada', ...more });

  test('lets only available money be used, and the clock alone makes it available', async () => {
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 9_41 }] });
    const payout = { id: 'po_1', amount_minor: 41, automatic: false, ...usd };
    expect(() => world.payout(payout)).toThrow(Rejected);
    expect(await rejection(send())).toMatchObject({ code: 'balance_insufficient' });
    clock.advance(2 * DAY_MS - 1000);
    expect(await rowsOf(stripe)).toEqual(['ch_1 charge/charge usd 1000 fee 59 pending']);
    clock.advance(1000);
    expect(await rowsOf(stripe)).toEqual(['ch_1 charge/charge usd 1000 fee 59']);
    await send();
    world.payout(payout);
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 0 }] });
  });

  test('lets transfers draw on a pending charge, up to its amount and in its group', async () => {
    const source_transaction = 'ch_1';
    const sent = await send({ source_transaction, transfer_group: 'ours' });
    expect(sent).toMatchObject({ source_transaction, transfer_group: 'group_pi_1' });
    expect(await rejection(send({ source_transaction }, 1_01))).toMatchObject({ code: 'balance_insufficient' });
    await send({ source_transaction }, 1_00);
    world.charge({ id: 'ch_2', amount_minor: 10_00, state: 'uncaptured', ...usd });
    expect(await rejection(send({ source_transaction: 'ch_2' }))).toMatchObject({ param: 'source_transaction' });
    world.captureCharge({ id: 'ch_2', amount_minor: 4_00, at_ms });
    const more = { source_transaction: 'ch_2' };
    expect(await rejection(send(more, 4_01))).toMatchObject({ code: 'balance_insufficient' });
    const foreign = { source_transaction, currency: 'eur' };
    expect(await rejection(send(foreign))).toMatchObject({ param: 'currency' });
    expect(await rejection(send({ source_transaction: 'ch_9' }))).toMatchObject({ param: 'source_transaction' });
    expect(world.balance('usd', 'acct_ada')).toBe(0n);
    clock.advance(2 * DAY_MS);
    expect(world.balance('usd', 'acct_ada')).toBe(10_00n);
    expect(world.balance('usd')).toBe(4_00n - 42n - 59n);
  });
});
