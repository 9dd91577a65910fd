import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stripeClient } from './client.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { createSmallAccount, manualClock, rejection } from './small-account.ts';

const HOUR = 3_600_000;
const TO_ADA = {
  amount: 250_00,
  currency: 'usd',
  destination: 'acct_ada',
  transfer_group: '2026-01:ada',
  metadata: { line: '2026-01:ada' },
};

let clock = manualClock();
let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  clock = manualClock();
  world = await startStripe({ clock, apiKey: 'sk_test_local' });
  createSmallAccount(world, clock);
  stripe = stripeClient(world);
});
afterEach(() => world.stop());

const send = (key: string, change = {}) => stripe.transfers.create({ ...TO_ADA, ...change }, { idempotencyKey: key });

describe('a transfer', () => {
  test('moves the money once, however often its key is used', async () => {
    const first = await send('k1');
    const again = await send('k1');
    expect(first).toMatchObject({
      object: 'transfer',
      livemode: false,
      reversed: false,
      amount_reversed: 0,
      ...TO_ADA,
    });
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(again).toEqual(first);
    expect(world.transfers()).toEqual([first]);
    expect(world.balance('usd')).toBe(970_70n - 250_00n);
  });

  test('creates a balance transaction with the same amount', async () => {
    const { id, balance_transaction } = await send('k1');
    const line = await stripe.balanceTransactions.retrieve(String(balance_transaction));
    const kind = { type: 'transfer', reporting_category: 'transfer', status: 'available', currency: 'usd' };
    expect(line).toMatchObject({ source: id, amount: -250_00, fee: 0, net: -250_00, ...kind });
  });

  test('refuses a known key for other parameters or another endpoint', async () => {
    const { id } = await send('k1');
    expect(await rejection(send('k1', { amount: 1 }))).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    const elsewhere = stripe.transfers.createReversal(id, {}, { idempotencyKey: 'k1' });
    expect(await rejection(elsewhere)).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    expect(world.transfers()).toHaveLength(1);
  });

  test('is created again under a key that is 24 hours old', async () => {
    const first = await send('k1');
    clock.advance(24 * HOUR - 1);
    expect((await send('k1')).id).toBe(first.id);
    clock.advance(1);
    expect((await send('k1')).id).not.toBe(first.id);
    expect(world.transfers()).toHaveLength(2);
  });

  test('that exceeds the balance is refused permanently under its key', async () => {
    const short = { statusCode: 400, code: 'balance_insufficient' };
    expect(await rejection(send('k1', { amount: 970_71 }))).toMatchObject(short);
    expect(await rejection(send('k2', { currency: 'eur' }))).toMatchObject(short);
    world.charge({ id: 'ch_2', amount_minor: 500_00, currency: 'usd', created_at_ms: clock.now() });
    const replayed = await rejection(send('k1', { amount: 970_71 }));
    expect(replayed).toMatchObject({ ...short, headers: { 'idempotent-replayed': 'true' } });
    expect(await send('k3', { amount: 970_71 })).toMatchObject({ amount: 970_71 });
  });

  test('is possible only while the capability of the account is active', async () => {
    const restricted = { statusCode: 400, code: 'insufficient_capabilities_for_transfer' };
    expect(await rejection(send('k1', { destination: 'acct_bob' }))).toMatchObject(restricted);
    world.changeAccount({ id: 'acct_bob', transfers_enabled: true, payouts_enabled: true });
    expect(await rejection(send('k1', { destination: 'acct_bob' }))).toMatchObject(restricted);
    expect(await send('k2', { destination: 'acct_bob' })).toMatchObject({ destination: 'acct_bob' });
    world.changeAccount({ id: 'acct_ada', transfers_enabled: false, payouts_enabled: true });
    expect(await rejection(send('k3'))).toMatchObject(restricted);
    expect(await stripe.accounts.retrieve('acct_ada')).toMatchObject({ capabilities: { transfers: 'inactive' } });
    const nobody = { statusCode: 400, code: 'resource_missing', param: 'destination' };
    expect(await rejection(send('k4', { destination: 'acct_nobody' }))).toMatchObject(nobody);
  });

  test.each([
    ['a fraction', { amount: 12.5 }, 'parameter_invalid_integer'],
    ['nothing', { amount: 0 }, 'parameter_invalid_integer'],
    ['a debt', { amount: -1 }, 'parameter_invalid_integer'],
    ['no amount', { amount: undefined }, 'parameter_missing'],
    ['an unknown currency', { currency: 'xxx' }, undefined],
    ['an unsupported parameter', { source_type: 'card' }, 'parameter_unknown'],
    ['a third decimal', { amount: 12_345, currency: 'kwd' }, 'parameter_invalid_integer'],
    ['a hundredth of a króna', { amount: 12_345, currency: 'isk' }, 'parameter_invalid_integer'],
    ['too long a metadata value', { metadata: { note: 'x'.repeat(501) } }, undefined],
  ])('with %s is refused, and its key stays unused', async (_what, change, code) => {
    expect(await rejection(send('k1', change))).toMatchObject({ statusCode: 400, code });
    expect((await send('k1')).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  test('is reversed in parts, and never beyond its amount', async () => {
    const { id } = await send('k1');
    const part = await stripe.transfers.createReversal(id, { amount: 100_00 }, { idempotencyKey: 'r1' });
    const again = await stripe.transfers.createReversal(id, { amount: 100_00 }, { idempotencyKey: 'r1' });
    expect(again).toEqual(part);
    expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 100_00, reversed: false });
    expect(await rejection(stripe.transfers.createReversal(id, { amount: 150_01 }))).toMatchObject({ param: 'amount' });
    await stripe.transfers.createReversal(id);
    expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 250_00, reversed: true });
    expect(await rejection(stripe.transfers.createReversal(id))).toMatchObject({ statusCode: 400 });
    expect(world.balance('usd')).toBe(970_70n);
    const line = await stripe.balanceTransactions.retrieve(String(part.balance_transaction));
    const kind = { type: 'transfer_refund', reporting_category: 'transfer_reversal' };
    expect(line).toMatchObject({ ...kind, source: part.id, net: 100_00 });
  });
});

describe('a server', () => {
  const serve = async (options: object) => {
    await world.stop();
    world = await startStripe({ clock, apiKey: 'sk_test_local', ...options });
    createSmallAccount(world, clock);
    stripe = stripeClient(world);
  };

  test('may name the transfer as the source of a reversal', async () => {
    await serve({ reversalSource: 'transfer' });
    const { id } = await send('k1');
    const { balance_transaction } = await stripe.transfers.createReversal(id);
    expect(await stripe.balanceTransactions.retrieve(String(balance_transaction))).toMatchObject({ source: id });
  });

  test('may take a third decimal', async () => {
    await serve({ threeDecimalRule: false });
    world.charge({ id: 'ch_kwd', amount_minor: 20_000, currency: 'kwd', created_at_ms: clock.now() });
    expect(await send('k1', { amount: 12_345, currency: 'kwd' })).toMatchObject({ amount: 12_345 });
  });

  test('may refuse a reversal that the connected account cannot pay', async () => {
    await serve({ reversalsNeedBalance: true });
    const { id } = await send('k1');
    const spent = { id: 'txn_1', reporting_category: 'fee', type: 'stripe_fee', amount_minor: -1, currency: 'usd' };
    world.movement({ ...spent, created_at_ms: clock.now(), account: 'acct_ada' });
    expect(await rejection(stripe.transfers.createReversal(id))).toMatchObject({ code: 'balance_insufficient' });
    await stripe.transfers.createReversal(id, { amount: 249_99 });
    expect(world.balance('usd', 'acct_ada')).toBe(0n);
  });

  test('embeds the last ten reversals of a transfer', async () => {
    const { id } = await send('k1');
    for (let nth = 0; nth < 11; nth += 1) await stripe.transfers.createReversal(id, { amount: 1 + nth });
    const { reversals } = await stripe.transfers.retrieve(id);
    expect(reversals).toMatchObject({ has_more: true, data: [{ amount: 11 }, ...Array(8).fill({}), { amount: 2 }] });
  });
});

describe('a client', () => {
  test('needs the key, and gets an error for unsupported requests', async () => {
    const stranger = stripeClient({ url: world.url, apiKey: 'sk_test_other' });
    expect(await rejection(stranger.balance.retrieve())).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    const unknown = await rejection(stripe.customers.list());
    expect(unknown).toMatchObject({ statusCode: 404, message: expect.stringContaining('Unrecognized request URL') });
    expect(await rejection(stripe.transfers.list({ expand: ['data.destination'] }))).toMatchObject({ param: 'expand' });
    const inAccount = (stripeAccount: string) => ({ stripeAccount });
    const unsupported = stripe.charges.list({}, inAccount('acct_ada'));
    expect(await rejection(unsupported)).toMatchObject({ statusCode: 400 });
    const foreign = stripe.balance.retrieve({}, inAccount('acct_none'));
    expect(await rejection(foreign)).toMatchObject({ statusCode: 403, code: 'account_invalid' });
    expect(await rejection(stripe.transfers.retrieve('tr_none'))).toMatchObject({ code: 'resource_missing' });
    expect(await rejection(stripe.accounts.retrieve('acct_none'))).toMatchObject({ code: 'account_invalid' });
  });

  test('may use keys of 255 characters', async () => {
    expect(await rejection(send('k'.repeat(256)))).toMatchObject({ statusCode: 400 });
    expect(await send('k'.repeat(255))).toMatchObject({ object: 'transfer' });
  });
});
