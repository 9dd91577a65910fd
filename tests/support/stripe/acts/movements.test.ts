import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stripeClient } from '../client.ts';
import { type LocalStripe, startStripe } from '../local-stripe.ts';
import { rowsOf } from '../rows.ts';
import { manualClock } from '../small-account.ts';
import type { MovementAct } from './movements.ts';

const clock = manualClock();

let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  world = await startStripe({ clock, apiKey: 'sk_test_local' });
  stripe = stripeClient(world);
});
afterEach(() => world.stop());

const MOVEMENTS: readonly (Pick<MovementAct, 'reporting_category' | 'type' | 'amount_minor'> & Partial<MovementAct>)[] =
  [
    {
      reporting_category: 'fee',
      type: 'stripe_fee',
      amount_minor: -5_00,
      description: 'Radar (2026-01-01 - 2026-01-31)',
    },
    { reporting_category: 'tax', type: 'tax_fee', amount_minor: -95 },
    { reporting_category: 'network_cost', type: 'network_cost', amount_minor: 0, fee_minor: 3_00, tax_minor: 48 },
    { reporting_category: 'other_adjustment', type: 'adjustment', amount_minor: 7_00, source: 'adj_unknown' },
    { reporting_category: 'advance', type: 'advance', amount_minor: 9_00 },
    {
      reporting_category: 'advance_funding',
      type: 'advance_funding',
      amount_minor: -9_00,
      available_at_ms: clock.now() + 1000,
    },
    {
      reporting_category: 'risk_reserved_funds',
      type: 'reserve_hold',
      amount_minor: 4_00,
      balance_type: 'risk_reserved',
    },
    {
      reporting_category: 'issuing_transaction',
      type: 'issuing_transaction',
      amount_minor: -2_00,
      balance_type: 'issuing',
    },
    { reporting_category: 'topup', type: 'topup', amount_minor: 6_00, balance_type: 'refund_and_dispute_prefunding' },
    { reporting_category: 'of_next_year', type: 'unheard_of', amount_minor: 1 },
  ];

test('a row of any category, type and balance type, with or without a source', async () => {
  MOVEMENTS.forEach((act, nth) => {
    world.movement({ id: `txn_${nth}`, currency: 'usd', created_at_ms: clock.now(), ...act });
  });
  expect(await rowsOf(stripe)).toEqual([
    '- fee/stripe_fee usd -500',
    '- tax/tax_fee usd -95',
    '- network_cost/network_cost usd 0 fee 300',
    'adj_unknown other_adjustment/adjustment usd 700',
    '- advance/advance usd 900',
    '- advance_funding/advance_funding usd -900 pending',
    '- risk_reserved_funds/reserve_hold usd 400 risk_reserved',
    '- issuing_transaction/issuing_transaction usd -200 issuing',
    '- topup/topup usd 600 refund_and_dispute_prefunding',
    '- of_next_year/unheard_of usd 1',
  ]);
  const amount = (available: number) => [{ amount: available, currency: 'usd' }];
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: amount(-5_00 - 95 - 3_00 + 7_00 + 9_00 + 1),
    pending: amount(-9_00),
    issuing: { available: amount(-2_00) },
    refund_and_dispute_prefunding: { available: amount(6_00), pending: amount(0) },
  });
  const { data } = await stripe.balanceTransactions.list({ expand: ['data.source'], limit: 100 });
  expect(data.map(({ source }) => source).filter((source) => source !== null)).toEqual(['adj_unknown']);
  const [cost] = data.filter(({ type }) => type === 'network_cost');
  expect(cost?.fee_details).toMatchObject([
    { amount: 2_52, type: 'stripe_fee' },
    { amount: 48, type: 'tax' },
  ]);
});

test('a row inside a connected account, which makes it negative', async () => {
  world.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
  const act = {
    id: 'txn_1',
    currency: 'usd',
    created_at_ms: clock.now(),
    reporting_category: 'fee',
    type: 'stripe_fee',
  };
  world.movement({ ...act, amount_minor: -1, account: 'acct_ada' });
  expect(world.balance('usd', 'acct_ada')).toBe(-1n);
  expect(await rowsOf(stripe)).toEqual([]);
});
