import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Unavailable } from '../../../warehouse/errors.ts';
import { eventAbout, notificationAbout } from '../../support/stripe/webhooks.ts';
import { openTestInbox, type TestInbox } from './test-inbox.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let world: TestInbox;
let nth = 0;
beforeAll(async () => {
  world = await openTestInbox();
  world.stripe.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  world.faults(() => undefined);
  world.clock.advance(MINUTE_MS);
  await world.clear();
});

/** A new charge for each test. */
function charge(): string {
  const id = `ch_${++nth}`;
  world.stripe.charge({ id, amount_minor: 100_00n, currency: 'usd', created_at_ms: world.clock.now() });
  return id;
}
const refund = (id: string, of: string, amount_minor = 10_00n) =>
  world.stripe.refund({ id, charge: of, amount_minor, created_at_ms: world.clock.now() });
const about = (type: string, object: string, objectId: string, more: { id?: string; account?: string } = {}) =>
  eventAbout(type, { id: objectId, object, amount: -1 }, { created_at_ms: world.clock.now(), ...more });
/** The sources of the stored balance transactions. */
const sources = async () =>
  (Object.values(await world.latest('balance_transactions')) as { source: string }[])
    .map(({ source }) => source)
    .sort();
const count = async (table: string) => (await world.warehouse.query(`from stripe.${table}`)).length;

describe('the object of an event', () => {
  test('is read from Stripe in its current state, with related records that have no event of their own', async () => {
    const id = charge();
    refund(`re_${id}`, id);
    await world.come(about('charge.refunded', 'charge', id));
    expect(await world.fetch()).toEqual({ fetched: 1, changed: 4, deleted: 0, ignored: 0, waiting: 0 });
    expect(await world.latest('charges')).toEqual({ [id]: await world.client.charges.retrieve(id) });
    expect(await world.latest('refunds')).toMatchObject({ [`re_${id}`]: { charge: id, amount: 10_00 } });
    expect(await sources()).toEqual([id, `re_${id}`]);
  });

  test('of a dispute is read with its balance transactions and its charge', async () => {
    const id = charge();
    const dispute = { id: `dp_${id}`, charge: id, amount_minor: 100_00n, created_at_ms: world.clock.now() };
    world.stripe.dispute({ ...dispute, status: 'needs_response' });
    world.stripe.closeDispute({ id: dispute.id, won: true, at_ms: world.clock.now() });
    await world.come(about('charge.dispute.closed', 'dispute', dispute.id));
    await world.fetch();
    expect(await world.latest('disputes')).toMatchObject({ [dispute.id]: { status: 'won' } });
    expect(await world.latest('charges')).toMatchObject({ [id]: { disputed: true } });
    expect(await sources()).toEqual([id, dispute.id, dispute.id]);
  });

  test('of a refund is read with its charge, and the other refunds of that', async () => {
    const id = charge();
    refund(`re_${id}_1`, id);
    refund(`re_${id}_2`, id);
    await world.come(about('refund.created', 'refund', `re_${id}_2`));
    world.requests();
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 6 });
    expect(world.requests()).toHaveLength(6);
    expect(await world.latest('charges')).toMatchObject({ [id]: { amount_refunded: 20_00 } });
    expect(Object.keys(await world.latest('refunds'))).toEqual([`re_${id}_1`, `re_${id}_2`]);
    expect(await sources()).toEqual([id, `re_${id}_1`, `re_${id}_2`]);
  });

  test('of a returned payout is read with both its balance transactions', async () => {
    charge();
    const id = `po_${nth}`;
    const at_ms = world.clock.now();
    world.stripe.payout({ id, amount_minor: 1_00n, currency: 'usd', created_at_ms: at_ms, automatic: true });
    world.stripe.endPayout({ id, status: 'paid', at_ms });
    const paid = about('payout.paid', 'payout', id);
    world.stripe.endPayout({ id, status: 'failed', at_ms });
    await world.come(about('payout.failed', 'payout', id));
    await world.fetch();
    world.clock.advance(MINUTE_MS);
    await world.come(paid);
    await world.fetch();
    expect(await world.latest('payouts')).toMatchObject({ [id]: { status: 'failed' } });
    expect(await sources()).toEqual([id, id]);
  });

  test('of a transfer is read with its reversals, and the balance transactions of all of them', async () => {
    charge();
    const request = { amount: 50_00, currency: 'usd', destination: 'acct_ada' };
    const { id } = await world.client.transfers.create(request);
    const first = await world.client.transfers.createReversal(id, { amount: 10_00 });
    const second = await world.client.transfers.createReversal(id, { amount: 5_00 });
    await world.come(about('transfer.reversed', 'transfer', id));
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 6 });
    expect(await world.latest('transfers')).toMatchObject({ [id]: { amount_reversed: 15_00 } });
    expect(await world.latest('transfer_reversals')).toEqual({ [first.id]: first, [second.id]: second });
  });

  test('is read with the balance transactions that it does not name', async () => {
    const at_ms = world.clock.now();
    const captured = { id: `ch_${++nth}`, amount_minor: 100_00n, currency: 'usd', created_at_ms: at_ms };
    world.stripe.charge({ ...captured, state: 'uncaptured' });
    world.stripe.captureCharge({
      id: captured.id,
      amount_minor: 60_00n,
      at_ms,
      source: 'refund',
      refund_id: 're_rest',
    });
    const disputed = charge();
    const dispute = { id: 'dp_thrice', charge: disputed, amount_minor: 100_00n, created_at_ms: at_ms };
    world.stripe.dispute({ ...dispute, status: 'needs_response' });
    world.stripe.closeDispute({ id: dispute.id, won: true, at_ms });
    world.stripe.reopenDispute({ id: dispute.id, at_ms });
    world.stripe.topup({ id: 'tu_back', amount_minor: 5_00n, currency: 'usd', created_at_ms: at_ms });
    world.stripe.endTopup({ id: 'tu_back', status: 'reversed', at_ms });
    await world.come(
      about('charge.captured', 'charge', captured.id),
      about('charge.dispute.funds_withdrawn', 'dispute', dispute.id),
      about('topup.reversed', 'topup', 'tu_back'),
    );
    await world.fetch();
    expect(Object.values(await world.states())).toEqual(['fetched', 'fetched', 'fetched']);
    for (const source of [captured.id, 're_rest', dispute.id, 'tu_back']) {
      const { data } = await world.client.balanceTransactions.list({ source });
      const expected = { [captured.id]: 1, re_rest: 1, [dispute.id]: 3, tu_back: 2 }[source];
      expect(data).toHaveLength(expected ?? 0);
      expect(await world.latest('balance_transactions')).toMatchObject(
        Object.fromEntries(data.map((line) => [line.id, { amount: line.amount }])),
      );
    }
  });

  test.each([
    ['thin', () => notificationAbout('v2.core.account.updated', { id: 'acct_ada', type: 'v2.core.account' }, now())],
    ['a snapshot, sent for the account itself', () => about('account.updated', 'account', 'acct_ada', ADA)],
    ['about a capability', () => about('capability.updated', 'capability', 'transfers', ADA)],
    [
      'about its connection to the platform',
      () => about('account.application.deauthorized', 'application', 'ca_1', ADA),
    ],
  ])('is an account if the event is %s', async (_, event) => {
    await world.come(event());
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 1 });
    expect(await world.latest('accounts')).toEqual({ acct_ada: await world.client.accounts.retrieve('acct_ada') });
  });
  const ADA = { account: 'acct_ada' };
  const now = () => ({ created_at_ms: world.clock.now() });

  test('is read once, however many waiting events are about it', async () => {
    const id = charge();
    await world.come(
      about('charge.succeeded', 'charge', id),
      about('charge.updated', 'charge', id),
      notificationAbout('v1.charge.updated', { id, type: 'charge' }, now()),
    );
    world.requests();
    expect(await world.fetch()).toMatchObject({ fetched: 1 });
    expect(world.requests()).toEqual([`/v1/charges/${id}`, expect.stringContaining('/v1/balance_transactions/')]);
    expect(Object.values(await world.states())).toEqual(['fetched', 'fetched', 'fetched']);
    expect(await world.fetch()).toEqual({ fetched: 0, changed: 0, deleted: 0, ignored: 0, waiting: 0 });
    expect(world.requests()).toEqual([]);
  });

  test('is read again if an event arrives during the read', async () => {
    const id = charge();
    const gate = Promise.withResolvers<void>();
    const arrival = Promise.withResolvers<void>();
    world.faults(({ path }) => {
      if (path !== `/v1/charges/${id}`) return undefined;
      arrival.resolve();
      return { hold: gate.promise };
    });
    await world.come(about('charge.succeeded', 'charge', id, { id: 'evt_first' }));
    const fetching = world.fetch();
    await arrival.promise;
    await world.come(about('charge.updated', 'charge', id, { id: 'evt_second' }));
    gate.resolve();
    await fetching;
    expect(await world.states()).toEqual({ evt_first: 'fetched', evt_second: 'waiting' });
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 0 });
  });
});

describe('an event', () => {
  test('that is delivered again after three days, and after a later one, changes nothing', async () => {
    const id = charge();
    const created = about('charge.succeeded', 'charge', id, { id: 'evt_created' });
    await world.come(created);
    await world.fetch();
    world.clock.advance(DAY_MS);
    refund(`re_${id}`, id);
    const late = about('charge.refunded', 'charge', id, { id: 'evt_refunded' });
    world.clock.advance(2 * DAY_MS);
    await world.come(late);
    await world.fetch();
    const stored = [await world.latest('charges'), await world.latest('refunds'), await count('charges')];
    expect(stored).toMatchObject([{ [id]: { amount_refunded: 10_00 } }, { [`re_${id}`]: {} }, 2]);
    world.clock.advance(DAY_MS);
    await world.come(created, late);
    expect(await world.fetch()).toMatchObject({ fetched: 0 });
    expect([await world.latest('charges'), await world.latest('refunds'), await count('charges')]).toEqual(stored);
    expect(await world.states()).toEqual({ evt_created: 'fetched', evt_refunded: 'fetched' });
  });

  test('that arrives before Stripe returns its object waits for it', async () => {
    const id = `ch_${nth + 1}`;
    await world.come(about('charge.succeeded', 'charge', id, { id: 'evt_1' }));
    expect(await world.fetch()).toMatchObject({ fetched: 0, waiting: 1 });
    expect(await world.states()).toEqual({ evt_1: `waiting: Stripe has no charge ${id}.` });
    charge();
    world.clock.advance(9 * MINUTE_MS);
    expect(await world.fetch()).toMatchObject({ fetched: 1, waiting: 0 });
    expect(await world.states()).toEqual({ evt_1: 'fetched' });
  });

  test('whose object Stripe does not have is given up after a while', async () => {
    await world.come(about('charge.succeeded', 'charge', 'ch_none', { id: 'evt_1' }));
    world.clock.advance(10 * MINUTE_MS - 1);
    expect(await world.fetch()).toMatchObject({ deleted: 0, waiting: 1 });
    world.clock.advance(1);
    expect(await world.fetch()).toMatchObject({ deleted: 1, waiting: 0 });
    expect(await world.states()).toEqual({ evt_1: 'deleted: Stripe has no charge ch_none.' });
    world.requests();
    await world.fetch();
    expect(world.requests()).toEqual([]);
  });

  test('about nothing that is stored is ignored, without a request', async () => {
    await world.come(
      about('customer.created', 'customer', 'cus_1', { id: 'evt_customer' }),
      about('charge.succeeded', 'charge', 'ch_theirs', { id: 'evt_charge', account: 'acct_ada' }),
      about('reserve.hold.created', 'reserve.hold', 'rh_1', { id: 'evt_reserve' }),
      eventAbout('balance.available', { object: 'balance' }, { id: 'evt_balance', created_at_ms: world.clock.now() }),
    );
    expect(await world.fetch()).toEqual({ fetched: 0, changed: 0, deleted: 0, ignored: 4, waiting: 0 });
    expect(await world.states()).toEqual({
      evt_customer: 'ignored: Records of the kind customer are not stored.',
      evt_charge:
        'ignored: The charge is one of acct_ada; of a connected account, only the account, its payouts, its balance and its external accounts are stored.',
      evt_reserve: 'ignored: A reserve.hold is not stored; its balance transactions are read by pull-stripe.',
      evt_balance: 'ignored: The balance of the platform is read by pull-stripe.',
    });
    expect(world.requests()).toEqual([]);
  });
});

describe('if Stripe fails', () => {
  test.each([
    ['the object cannot be read', '/v1/charges/', 'rate_limit'],
    ['the object cannot be read because of an error of Stripe', '/v1/charges/', 'error_uncommitted'],
    ['a related record cannot be read', '/v1/balance_transactions/', 'error_uncommitted'],
    ['the response is truncated', '/v1/refunds', 'truncate_after_commit'],
  ] as const)('because %s, nothing of it is stored, and all of it waits', async (_, path, fault) => {
    const id = charge();
    refund(`re_${id}`, id);
    await world.come(about('charge.refunded', 'charge', id, { id: 'evt_1' }));
    world.faults((request) => (request.path.startsWith(path) ? fault : undefined));
    await expect(world.fetch()).rejects.toThrow(Unavailable);
    expect(await count('charges')).toBe(0);
    expect(await world.states()).toEqual({
      evt_1: expect.stringMatching(/^waiting: The charge ch_\d+ could not be read from Stripe: /),
    });
    world.faults(() => undefined);
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 4 });
    expect(await world.states()).toEqual({ evt_1: 'fetched' });
  });

  test('repeatedly for one object, the others do not wait for it', async () => {
    const [bad, good] = [charge(), charge()];
    await world.come(
      about('charge.succeeded', 'charge', bad, { id: 'evt_bad' }),
      about('charge.succeeded', 'charge', good, { id: 'evt_good' }),
    );
    world.faults(({ path }) => (path === `/v1/charges/${bad}` ? 'error_uncommitted' : undefined));
    await expect(world.fetch()).rejects.toThrow(Unavailable);
    expect(await world.states()).toMatchObject({ evt_good: 'waiting' });
    await expect(world.fetch()).rejects.toThrow(Unavailable);
    expect(await world.states()).toMatchObject({ evt_good: 'fetched', evt_bad: expect.stringMatching(/^waiting: /) });
  });
});
