import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Conflict, NotFound, Rejected } from '../../../warehouse/errors.ts';
import { stripeClient } from './client.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { manualClock, rejection } from './small-account.ts';

const START_MS = Date.UTC(2026, 0, 1);
const START = START_MS / 1000;

let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  world = await startStripe({ clock: manualClock(), apiKey: 'sk_test_local' });
  stripe = stripeClient(world);
});
afterEach(() => world.stop());

/** One charge per second, out of order, three in the same second. */
function charge(nth: number, id = `ch_${nth}`): void {
  world.charge({ id, amount_minor: 10_00, currency: 'usd', created_at_ms: START_MS + nth * 1000 });
}

describe('a list', () => {
  test('returns 250 balance transactions once each, newest first', async () => {
    for (let nth = 0; nth < 250; nth += 2) charge(nth);
    for (let nth = 1; nth < 250; nth += 2) charge(nth);
    const sources: unknown[] = [];
    await stripe.balanceTransactions.list({ limit: 100 }).autoPagingEach((line) => void sources.push(line.source));
    expect(sources).toEqual(Array.from({ length: 250 }, (_, nth) => `ch_${249 - nth}`));
  });

  test('keeps its position when objects are created between two pages', async () => {
    for (const nth of [1, 2, 3, 4]) charge(nth);
    charge(4, 'ch_4_second');
    const first = await stripe.charges.list({ limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual(['ch_4_second', 'ch_4']);
    charge(5);
    charge(4, 'ch_4_third');
    const second = await stripe.charges.list({ limit: 2, starting_after: 'ch_4' });
    expect(second).toMatchObject({ object: 'list', url: '/v1/charges', has_more: true });
    expect(second.data.map(({ id }) => id)).toEqual(['ch_3', 'ch_2']);
    const back = await stripe.charges.list({ limit: 2, ending_before: 'ch_3' });
    expect(back.data.map(({ id }) => id)).toEqual(['ch_4_second', 'ch_4']);
    expect(back.has_more).toBe(true);
    expect(await stripe.charges.list({ starting_after: 'ch_2' })).toMatchObject({ has_more: false });
  });

  test.each([
    [{ gte: START + 2, lt: START + 4 }, ['ch_3', 'ch_2']],
    [{ gt: START + 2, lte: START + 4 }, ['ch_4', 'ch_3']],
    [START + 3, ['ch_3']],
  ])('is filtered by created %o', async (created, ids) => {
    for (const nth of [1, 2, 3, 4, 5]) charge(nth);
    expect((await stripe.charges.list({ created })).data.map(({ id }) => id)).toEqual(ids);
    const lines = await stripe.balanceTransactions.list({ created, type: 'charge', currency: 'usd' });
    expect(lines.data.map(({ source }) => source)).toEqual(ids);
  });

  test('filters transfers by group and destination, across pages', async () => {
    world.charge({ id: 'ch_big', amount_minor: 9_000_00, currency: 'usd', created_at_ms: START_MS });
    for (const id of ['acct_a', 'acct_b']) {
      world.account({ id, country: 'DE', transfers_enabled: true, payouts_enabled: true });
      for (const transfer_group of ['g1', 'g2', 'g1']) {
        await stripe.transfers.create({ amount: 1, currency: 'usd', destination: id, transfer_group });
      }
    }
    const found = await stripe.transfers
      .list({ transfer_group: 'g1', destination: 'acct_a', limit: 1 })
      .autoPagingToArray({ limit: 100 });
    expect(found.map(({ id }) => id)).toEqual([world.transfers()[2]?.id, world.transfers()[0]?.id]);
    expect((await stripe.transfers.list({ transfer_group: 'g3' })).data).toEqual([]);
  });

  test('expands the source of a balance transaction', async () => {
    world.account({ id: 'acct_a', country: 'DE', transfers_enabled: true, payouts_enabled: true });
    charge(1);
    const { id } = await stripe.transfers.create({ amount: 9_00, currency: 'usd', destination: 'acct_a' });
    const part = await stripe.transfers.createReversal(id, { amount: 2_00 });
    const rest = await stripe.transfers.createReversal(id);
    const type = 'transfer_refund';
    const { data } = await stripe.balanceTransactions.list({ type, expand: ['data.source'] });
    expect(data.map(({ source }) => source)).toEqual([rest, part]);
    const { data: one } = await stripe.balanceTransactions.list({ source: part.id, expand: ['data.source'] });
    expect(one.map(({ source }) => source)).toEqual([part]);
    expect((await stripe.transfers.listReversals(id)).data).toEqual([rest, part]);
    expect(await rejection(stripe.transfers.listReversals('tr_none'))).toMatchObject({ code: 'resource_missing' });
    const further = stripe.balanceTransactions.list({ expand: ['data.source.charge'] });
    expect(await rejection(further)).toMatchObject({ param: 'expand' });
  });

  test('refuses a deleted account as a cursor', async () => {
    for (const [id, created_at_ms] of [
      ['acct_old', START_MS],
      ['acct_new', START_MS + 1000],
    ] as const) {
      world.account({ id, country: 'DE', transfers_enabled: true, payouts_enabled: true, created_at_ms });
    }
    expect((await stripe.accounts.list({ created: { lte: START } })).data).toMatchObject([{ id: 'acct_old' }]);
    world.deleteAccount('acct_new');
    const gone = { statusCode: 400, code: 'resource_missing', param: 'starting_after' };
    expect(await rejection(stripe.accounts.list({ starting_after: 'acct_new' }))).toMatchObject(gone);
    expect(await rejection(stripe.accounts.retrieve('acct_new'))).toMatchObject({ code: 'account_invalid' });
  });

  test('refuses unknown parameters', async () => {
    charge(1);
    expect(await rejection(stripe.charges.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await rejection(stripe.charges.list({ starting_after: 'ch_9' }))).toMatchObject({
      code: 'resource_missing',
    });
    expect(await rejection(stripe.charges.list({ customer: 'cus_1' }))).toMatchObject({ code: 'parameter_unknown' });
  });
});

describe('acts of others', () => {
  const created_at_ms = START_MS;
  const lines = async () =>
    (await stripe.balanceTransactions.list()).data.map((line) => ({
      category: line.reporting_category,
      type: line.type,
      source: line.source,
      amount: line.amount,
      fee: line.fee,
      net: line.net,
    }));

  test('charges, refunds and disputes, each with its balance transaction', async () => {
    charge(0);
    world.refund({ id: 're_1', charge: 'ch_0', amount_minor: 4_00, created_at_ms });
    world.dispute({ id: 'dp_1', charge: 'ch_0', amount_minor: 10_00n, created_at_ms, status: 'needs_response' });
    world.closeDispute({ id: 'dp_1', won: true, at_ms: created_at_ms });
    expect(await lines()).toEqual([
      { category: 'dispute_reversal', type: 'adjustment', source: 'dp_1', amount: 10_00, fee: 0, net: 10_00 },
      { category: 'dispute', type: 'adjustment', source: 'dp_1', amount: -10_00, fee: 15_00, net: -25_00 },
      { category: 'refund', type: 'refund', source: 're_1', amount: -4_00, fee: 0, net: -4_00 },
      { category: 'charge', type: 'charge', source: 'ch_0', amount: 10_00, fee: 59, net: 9_41 },
    ]);
    expect(world.balance('usd')).toBe(-9_59n);
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: -9_59, currency: 'usd' }] });
    expect(await stripe.charges.retrieve('ch_0')).toMatchObject({ amount_refunded: 4_00, disputed: true });
    const { data } = await stripe.disputes.list({ charge: 'ch_0' });
    expect(data).toMatchObject([
      { id: 'dp_1', status: 'won', balance_transactions: [{ net: -25_00 }, { net: 10_00 }] },
    ]);
    expect((await stripe.refunds.list({ charge: 'ch_0' })).data).toMatchObject([{ id: 're_1', status: 'succeeded' }]);
  });

  test('a refund that fails at the bank and a dispute that is won on appeal return the money; a failed debit takes it', async () => {
    charge(0);
    const at_ms = created_at_ms;
    charge(1);
    world.failCharge({ id: 'ch_1', at_ms });
    world.refund({ id: 're_1', charge: 'ch_0', amount_minor: 4_00, created_at_ms });
    world.failRefund({ id: 're_1', at_ms });
    world.dispute({ id: 'dp_1', charge: 'ch_0', amount_minor: 10_00n, created_at_ms, status: 'needs_response' });
    expect(() => world.winAppeal({ id: 'dp_1', at_ms })).toThrow('The dispute dp_1 was not lost.');
    world.closeDispute({ id: 'dp_1', won: false, at_ms });
    world.winAppeal({ id: 'dp_1', at_ms });
    const nets = (await lines()).map(({ category, source, net }) => [source, category, net].join(' ')).sort();
    expect(nets).toEqual([
      'ch_0 charge 941',
      'ch_1 charge 941',
      'ch_1 charge_failure -1000',
      'dp_1 dispute -2500',
      'dp_1 dispute_reversal 1000',
      're_1 refund -400',
      're_1 refund_failure 400',
    ]);
    expect(world.balance('usd')).toBe(-6_18n);
    expect(await stripe.charges.retrieve('ch_0')).toMatchObject({ amount_refunded: 0, refunded: false });
    expect((await stripe.refunds.list({ charge: 'ch_0' })).data).toMatchObject([{ id: 're_1', status: 'failed' }]);
  });

  test('moves no money for an inquiry, and returns none for a lost dispute', async () => {
    charge(0);
    world.dispute({ id: 'dp_1', charge: 'ch_0', amount_minor: 1, created_at_ms, status: 'warning_needs_response' });
    world.closeDispute({ id: 'dp_1', won: false, at_ms: created_at_ms });
    world.dispute({ id: 'dp_2', charge: 'ch_0', amount_minor: 1, created_at_ms, status: 'under_review' });
    world.closeDispute({ id: 'dp_2', won: false, at_ms: created_at_ms });
    expect((await stripe.disputes.list()).data.map(({ status }) => status)).toEqual(['lost', 'warning_closed']);
    expect((await lines()).map(({ category, net }) => [category, net])).toEqual([
      ['dispute', -15_01],
      ['charge', 9_41],
    ]);
  });

  test('pays out the platform, and the bank may return it', async () => {
    charge(0);
    const payout = { id: 'po_1', amount_minor: 9_00, currency: 'usd', created_at_ms, automatic: true };
    expect(() => world.payout({ ...payout, id: 'po_big', amount_minor: 9_42 })).toThrow(Rejected);
    world.payout(payout);
    expect(world.balance('usd')).toBe(41n);
    world.endPayout({ id: 'po_1', status: 'paid', at_ms: created_at_ms });
    world.endPayout({ id: 'po_1', status: 'failed', at_ms: created_at_ms });
    expect(world.balance('usd')).toBe(9_41n);
    const [back, out] = await lines();
    expect(out).toEqual({ category: 'payout', type: 'payout', source: 'po_1', amount: -9_00, fee: 0, net: -9_00 });
    expect(back).toMatchObject({ category: 'payout_reversal', type: 'payout_failure', source: 'po_1', net: 9_00 });
    expect(await stripe.payouts.retrieve('po_1')).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    expect((await stripe.payouts.list({ status: 'failed' })).data).toMatchObject([{ id: 'po_1', automatic: true }]);
  });

  test('applies the same act once, and refuses another one with its id', () => {
    charge(0);
    world.charge({ id: 'ch_0', amount_minor: 10_00n, currency: 'usd', created_at_ms });
    expect(world.balance('usd')).toBe(9_41n);
    expect(() => charge(1, 'ch_0')).toThrow(Conflict);
    world.refund({ id: 're_1', charge: 'ch_0', amount_minor: 6_00, created_at_ms });
    expect(() => world.refund({ id: 're_2', charge: 'ch_0', amount_minor: 4_01, created_at_ms })).toThrow(Rejected);
    expect(() => world.refund({ id: 're_3', charge: 'ch_9', amount_minor: 1, created_at_ms })).toThrow(NotFound);
    expect(() => world.charge({ id: 'ch_2', amount_minor: 0.5, currency: 'usd', created_at_ms })).toThrow(Rejected);
    expect(world.balance('usd')).toBe(3_41n);
  });
});
