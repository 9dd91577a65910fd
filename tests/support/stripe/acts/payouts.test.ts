import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const usd = { currency: 'usd', created_at_ms: at_ms };
const payout = (id: string, more: object = {}) =>
  world.payout({ id, amount_minor: 100_00, automatic: false, ...usd, ...more });

describe('a payout of the platform', () => {
  test('that fails or is canceled comes back; one that is paid cannot be canceled', async () => {
    payout('po_1');
    payout('po_2', { status: 'pending' });
    world.endPayout({ id: 'po_1', status: 'failed', at_ms, failure_code: 'no_account' });
    world.endPayout({ id: 'po_2', status: 'canceled', at_ms });
    expect((await rowsOf(stripe)).slice(1)).toEqual([
      'po_1 payout/payout usd -10000',
      'po_2 payout/payout usd -10000',
      'po_1 payout_reversal/payout_failure usd 10000',
      'po_2 payout_reversal/payout_cancel usd 10000',
    ]);
    expect(world.balance('usd')).toBe(970_70n);
    expect(await stripe.payouts.retrieve('po_1')).toMatchObject({ status: 'failed', failure_code: 'no_account' });
    const canceled = await stripe.payouts.retrieve('po_2');
    expect(canceled).toMatchObject({ status: 'canceled', failure_code: null });
    const row = await stripe.balanceTransactions.retrieve(String(canceled.failure_balance_transaction));
    expect(row.type).toBe('payout_cancel');
    payout('po_3');
    world.endPayout({ id: 'po_3', status: 'paid', at_ms });
    expect(() => world.endPayout({ id: 'po_3', status: 'canceled', at_ms })).toThrow(Rejected);
    expect(() => world.endPayout({ id: 'po_2', status: 'paid', at_ms })).toThrow('has already been canceled.');
  });

  test('arrives in another month, and may withhold a minimum balance or cost a fee', async () => {
    const arrival_at_ms = Date.UTC(2026, 1, 2);
    payout('po_1', { arrival_at_ms, minimum_balance_minor: 1_00 });
    payout('po_2', { method: 'instant', fee_minor: 1_50 });
    expect((await rowsOf(stripe)).slice(1)).toEqual([
      'po_1 payout_minimum_balance_hold/payout_minimum_balance_hold usd -100',
      'po_1 payout/payout usd -10000',
      'po_1 payout_minimum_balance_release/payout_minimum_balance_release usd 100',
      'po_2 payout/payout usd -10000 fee 150',
    ]);
    expect(await stripe.payouts.retrieve('po_1')).toMatchObject({ arrival_date: arrival_at_ms / 1000 });
    world.endPayout({ id: 'po_2', status: 'failed', at_ms });
    expect(world.balance('usd')).toBe(970_70n - 100_00n - 1_50n);
  });

  test('that its schedule makes is the sum of what it carries, less the minimum balance, and says so once it is paid', async () => {
    const automatic = { automatic: true, amount_minor: undefined };
    const carried = async (payout: string) =>
      (await stripe.balanceTransactions.list({ payout })).data.map(({ net }) => net);
    payout('po_1', { ...automatic, minimum_balance_minor: 70_70 });
    payout('po_2', { ...automatic, minimum_balance_minor: 20_00, carries_release: true });
    expect((await stripe.payouts.list()).data.map(({ amount }) => amount)).toEqual([50_70, 900_00]);
    expect(await carried('po_1')).toEqual([-900_00, -70_70]);
    for (const id of ['po_1', 'po_2']) world.endPayout({ id, status: 'paid', at_ms });
    expect(await carried('po_1')).toEqual([-900_00, -70_70, 970_70]);
    expect(await carried('po_2')).toEqual([-50_70, 20_00, -20_00, 70_70]);
    expect(() => payout('po_3', automatic)).toThrow(Rejected);
    expect(() => payout('po_4', { amount_minor: undefined })).toThrow('is made by hand: say its amount.');
    expect(world.balance('usd')).toBe(20_00n);
  });

  test('is of whole forints', () => {
    world.charge({ id: 'ch_huf', amount_minor: 10_000_00, currency: 'huf', created_at_ms: at_ms });
    expect(() => payout('po_1', { currency: 'huf', amount_minor: 1_000_01 })).toThrow(Rejected);
    payout('po_1', { currency: 'huf', amount_minor: 1_000_00 });
  });

  test('is a debit of its bank if the balance is negative', async () => {
    world.movement({ id: 'txn_1', reporting_category: 'fee', type: 'stripe_fee', amount_minor: -1_000_00, ...usd });
    payout('po_1', { amount_minor: 29_30, is_bank_debit: true });
    expect((await rowsOf(stripe))[2]).toBe('po_1 payout/payout usd 2930');
    expect(await stripe.payouts.retrieve('po_1')).toMatchObject({ amount: -29_30 });
    expect(world.balance('usd')).toBe(0n);
    world.endPayout({ id: 'po_1', status: 'failed', at_ms });
    expect(world.balance('usd')).toBe(-29_30n);
    payout('po_2', { amount_minor: 29_30, is_bank_debit: true, shows_positive: true });
    expect(await stripe.payouts.retrieve('po_2')).toMatchObject({ amount: 29_30 });
    expect(world.balance('usd')).toBe(0n);
    world.endPayout({ id: 'po_2', status: 'failed', at_ms });
    expect(world.balance('usd')).toBe(-29_30n);
  });
});

test('a top-up moves money when it succeeds, and back when it is reversed', async () => {
  const topup = (id: string, more: object = {}) => world.topup({ id, amount_minor: 5_00, ...usd, ...more });
  topup('tu_1', { initiated_by: 'stripe' });
  topup('tu_2', { status: 'pending' });
  topup('tu_3', { status: 'pending' });
  expect(await stripe.topups.retrieve('tu_2')).toMatchObject({ status: 'pending', balance_transaction: null });
  world.endTopup({ id: 'tu_2', status: 'succeeded', at_ms });
  world.endTopup({ id: 'tu_3', status: 'failed', at_ms });
  world.endTopup({ id: 'tu_1', status: 'reversed', at_ms });
  expect((await rowsOf(stripe)).slice(1)).toEqual([
    'tu_1 topup/topup usd 500',
    'tu_2 topup/topup usd 500',
    'tu_1 topup_reversal/topup_reversal usd -500',
  ]);
  const { data } = await stripe.topups.list({ status: 'succeeded' });
  expect(data.map(({ id, initiated_by }) => [id, initiated_by])).toEqual([['tu_2', 'user']]);
  expect(() => world.endTopup({ id: 'tu_3', status: 'succeeded', at_ms })).toThrow(Rejected);
});

describe('a connected account', () => {
  const account = 'acct_ada';
  const inside = { stripeAccount: account };
  beforeEach(async () => {
    await stripe.transfers.create({ amount: 300_00, currency: 'usd', destination: account });
  });

  test('has its own balance and payouts, and a bank account that stops working', async () => {
    const out = { account, automatic: true };
    expect(() => payout('po_1', out)).toThrow('has no bank account for usd');
    world.externalAccount({ id: 'ba_1', account, ...usd });
    payout('po_1', out);
    payout('po_2', out);
    expect(() => payout('po_3', { ...out, amount_minor: 100_01 })).toThrow(Rejected);
    world.endPayout({ id: 'po_1', status: 'paid', at_ms, account });
    world.endPayout({ id: 'po_2', status: 'failed', at_ms, account });
    expect(() => payout('po_3', out)).toThrow('The bank account ba_1 of acct_ada has failed.');
    const banks = async () => (await stripe.accounts.listExternalAccounts(account)).data;
    expect(await banks()).toMatchObject([{ id: 'ba_1', status: 'errored', currency: 'usd', country: 'DE' }]);
    expect(await stripe.payouts.list({}, inside)).toMatchObject({ data: [{ id: 'po_2' }, { id: 'po_1' }] });
    expect(await stripe.payouts.retrieve('po_2', {}, inside)).toMatchObject({ status: 'failed', destination: 'ba_1' });
    expect((await stripe.payouts.list()).data).toEqual([]);
    expect(await stripe.balance.retrieve({}, inside)).toMatchObject({ available: [{ amount: 200_00 }] });
    const [payment] = await rowsOf(stripe, { account });
    expect(payment).toMatch(/^py_\w+ charge\/payment usd 30000$/);
    world.externalAccount({ id: 'ba_2', account, ...usd });
    payout('po_3', out);
    expect((await banks()).map(({ id }) => id)).toEqual(['ba_2', 'ba_1']);
  });

  test('becomes negative by a reversal; reserve and collection are acts of their own', async () => {
    world.externalAccount({ id: 'ba_1', account, ...usd });
    payout('po_1', { account, automatic: true });
    const [{ id: transfer = '' } = {}] = world.transfers();
    const reversal = { transfer, amount_minor: 250_00, created_at_ms: at_ms };
    world.reverseTransfer({ id: 'trr_1', ...reversal, row_type: 'transfer_failure', source: 'transfer' });
    expect(() => world.reverseTransfer({ id: 'trr_2', ...reversal })).toThrow(Rejected);
    expect(world.balance('usd', account)).toBe(-50_00n);
    expect(await stripe.balance.retrieve()).not.toHaveProperty('connect_reserved');
    world.connectReserve({ id: 'rtx_1', amount_minor: 50_00, ...usd });
    expect(await stripe.balance.retrieve()).toMatchObject({ connect_reserved: [{ amount: 50_00, currency: 'usd' }] });
    world.collectFromReserve({ id: 'connct_1', account, amount_minor: 50_00, release: 'rtx_2', ...usd });
    expect((await rowsOf(stripe)).slice(2)).toEqual([
      `${transfer} transfer_reversal/transfer_failure usd 25000`,
      'rtx_1 connect_reserved_funds/reserve_transaction usd -5000',
      'rtx_2 connect_reserved_funds/reserve_transaction usd 5000',
      'connct_1 connect_collection_transfer/connect_collection_transfer usd -5000',
    ]);
    expect(world.balance('usd', account)).toBe(0n);
    const { data } = await stripe.balanceTransactions.list({ expand: ['data.source'] });
    expect(data.slice(0, 2)).toMatchObject([
      { source: { object: 'connect_collection_transfer', destination: account } },
      { source: { object: 'reserve_transaction', amount: -50_00 } },
    ]);
  });

  test('has requirements and a capability that may be pending', async () => {
    const requirements = { currently_due: ['external_account'], disabled_reason: 'under_review' } as const;
    const change = { id: account, transfers_enabled: true, payouts_enabled: false, transfers: 'pending' } as const;
    world.changeAccount({ ...change, requirements: { ...requirements, currently_due: ['external_account'] } });
    expect(await stripe.accounts.retrieve(account)).toMatchObject({
      capabilities: { transfers: 'pending' },
      requirements,
    });
    expect(() => payout('po_1', { account })).toThrow('its payouts are disabled');
  });
});
