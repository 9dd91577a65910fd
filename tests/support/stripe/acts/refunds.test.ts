import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rejected } from '../../../../warehouse/errors.ts';
import { stripeClient } from '../client.ts';
import { type LocalStripe, startStripe } from '../local-stripe.ts';
import { rowsOf } from '../rows.ts';
import { createSmallAccount, manualClock } from '../small-account.ts';

const clock = manualClock();
const at_ms = clock.now();

let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  world = await startStripe({ clock, apiKey: 'sk_test_local' });
  stripe = stripeClient(world);
  createSmallAccount(world, clock);
});
afterEach(() => world.stop());

const refund = (id: string, more: object = {}) =>
  world.refund({ id, charge: 'ch_1', amount_minor: 10_00, created_at_ms: at_ms, ...more });

test('a failed and a canceled refund both come back, in a row of their own', async () => {
  refund('re_1');
  refund('pyr_2', { row_type: 'payment_refund', fee_minor: -29 });
  world.failRefund({ id: 're_1', at_ms, row_type: 'adjustment' });
  world.cancelRefund({ id: 'pyr_2', at_ms, row_type: 'payment_refund', fee_minor: 29 });
  expect((await rowsOf(stripe)).slice(1)).toEqual([
    're_1 refund/refund usd -1000',
    'pyr_2 refund/payment_refund usd -1000 fee -29',
    're_1 refund_failure/adjustment usd 1000',
    'pyr_2 refund_failure/payment_refund usd 1000 fee 29',
  ]);
  expect(world.balance('usd')).toBe(970_70n);
  for (const [id, status] of [['re_1', 'failed'] as const, ['pyr_2', 'canceled'] as const]) {
    const ended = await stripe.refunds.retrieve(id);
    expect(ended.status).toBe(status);
    const row = await stripe.balanceTransactions.retrieve(String(ended.failure_balance_transaction));
    expect(row.source).toBe(id);
  }
  expect(() => world.cancelRefund({ id: 're_1', at_ms })).toThrow('The refund re_1 has already failed.');
});

test('a refund that waits for funds moves nothing until it succeeds', async () => {
  for (const id of ['re_1', 're_2']) refund(id, { pending_reason: 'insufficient_funds' });
  expect(await stripe.refunds.retrieve('re_1')).toMatchObject({ status: 'pending', balance_transaction: null });
  expect(world.balance('usd')).toBe(970_70n);
  world.cancelRefund({ id: 're_2', at_ms });
  world.changeRefund({ id: 're_1', status: 'succeeded', at_ms });
  world.changeRefund({ id: 're_1', status: 'requires_action', at_ms });
  expect(await stripe.refunds.retrieve('re_1')).toMatchObject({ status: 'requires_action' });
  expect((await rowsOf(stripe)).slice(1)).toEqual(['re_1 refund/refund usd -1000']);
  expect((await stripe.charges.retrieve('ch_1')).amount_refunded).toBe(10_00);
  refund('re_3', { pending_reason: 'processing' });
  expect(world.balance('usd')).toBe(950_70n);
  expect(() => world.changeRefund({ id: 're_2', status: 'succeeded', at_ms })).toThrow(Rejected);
});
