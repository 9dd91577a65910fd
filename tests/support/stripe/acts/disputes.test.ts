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

const dispute = (id: string, more: object = {}) =>
  world.dispute({ id, charge: 'ch_1', amount_minor: 10_00, created_at_ms: at_ms, status: 'needs_response', ...more });

test('an inquiry becomes a chargeback under its id, with another amount', async () => {
  dispute('du_1', { status: 'warning_needs_response' });
  expect(world.balance('usd')).toBe(970_70n);
  world.escalateDispute({ id: 'du_1', at_ms, amount_minor: 9_00, fee_minor: 20_00 });
  expect((await rowsOf(stripe)).slice(1)).toEqual(['du_1 dispute/adjustment usd -900 fee 2000']);
  expect(await stripe.disputes.retrieve('du_1')).toMatchObject({ status: 'needs_response', amount: 9_00 });
  expect(() => world.escalateDispute({ id: 'du_1', at_ms: at_ms + 1 })).toThrow('already exists with other content');
});

test('a dispute that was won is withdrawn again, at another rate, and won once more', async () => {
  dispute('dp_1');
  const settled = (amount_minor: number) => ({ currency: 'usd', amount_minor });
  world.closeDispute({ id: 'dp_1', won: true, at_ms, fee_minor: -15_00, settled: settled(9_90) });
  world.reopenDispute({ id: 'dp_1', at_ms, status: 'lost', settled: settled(10_50) });
  expect(world.balance('usd')).toBe(970_70n - 10_60n);
  world.winAppeal({ id: 'dp_1', at_ms });
  expect((await rowsOf(stripe)).slice(1)).toEqual([
    'dp_1 dispute/adjustment usd -1000 fee 1500',
    'dp_1 dispute_reversal/adjustment usd 990 fee -1500',
    'dp_1 dispute/adjustment usd -1050',
    'dp_1 dispute_reversal/adjustment usd 1050',
  ]);
  expect(world.balance('usd')).toBe(970_70n - 10n);
  const { balance_transactions, status } = await stripe.disputes.retrieve('dp_1');
  expect(status).toBe('won');
  expect(new Set(balance_transactions.map(({ id }) => id)).size).toBe(4);
});

test('a charge can have several, each of the whole amount; one that is prevented moves nothing unless it is said to', async () => {
  dispute('dp_1', { amount_minor: 1_000_00 });
  dispute('dp_2', { amount_minor: 1_000_00, reason: 'product_not_received' });
  dispute('pdp_3', { status: 'prevented' });
  dispute('pdp_4', { status: 'prevented', is_withdrawn: true, fee_minor: 0 });
  expect(() => dispute('dp_5', { amount_minor: 1_000_01 })).toThrow(Rejected);
  dispute('dp_5', { amount_minor: 1_000_01, may_exceed_charge: true });
  expect((await rowsOf(stripe)).slice(1)).toEqual([
    'dp_1 dispute/adjustment usd -100000 fee 1500',
    'dp_2 dispute/adjustment usd -100000 fee 1500',
    'pdp_4 dispute/adjustment usd -1000',
    'dp_5 dispute/adjustment usd -100001 fee 1500',
  ]);
  expect(() => dispute('dp_6', { status: 'warning_needs_response', is_withdrawn: true })).toThrow(Rejected);
  const foreign = { currency: 'eur', amount_minor: 1 };
  expect(() => world.closeDispute({ id: 'dp_1', won: true, at_ms, settled: foreign })).toThrow(
    'cannot be returned in eur',
  );
  expect(() => world.closeDispute({ id: 'pdp_3', won: true, at_ms })).toThrow(Rejected);
});
