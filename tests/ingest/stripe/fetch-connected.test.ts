import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventAbout } from '../../support/stripe/webhooks.ts';
import { openTestInbox, type TestInbox } from './test-inbox.ts';

const WITHIN = { account: 'acct_ada' } as const;

let world: TestInbox;
beforeAll(async () => {
  world = await openTestInbox();
  world.stripe.account({ id: WITHIN.account, country: 'DE', transfers_enabled: true, payouts_enabled: true });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.clear());

const about = (type: string, object: string, objectId: string, more: { id?: string; account: string }) =>
  eventAbout(type, { id: objectId, object, amount: -1 }, { created_at_ms: world.clock.now(), ...more });

test('an event of a payout that failed inside an account leads to the payout, the balance and the external accounts', async () => {
  const at = { ...WITHIN, created_at_ms: world.clock.now() };
  world.stripe.charge({ id: 'ch_1', amount_minor: 100_00n, currency: 'usd', created_at_ms: world.clock.now() });
  await world.client.transfers.create({ amount: 10_00, currency: 'usd', destination: WITHIN.account });
  world.stripe.externalAccount({ ...at, id: 'ba_1', currency: 'usd' });
  world.stripe.payout({ ...at, id: 'po_ada', amount_minor: 4_00n, currency: 'usd', automatic: true });
  await world.come(
    about('account.external_account.created', 'bank_account', 'ba_1', WITHIN),
    about('payout.created', 'payout', 'po_ada', WITHIN),
  );
  expect(await world.fetch()).toMatchObject({ fetched: 2, changed: 3 });
  world.stripe.endPayout({ id: 'po_ada', ...WITHIN, status: 'failed', at_ms: world.clock.now() });
  await world.come(about('payout.failed', 'payout', 'po_ada', WITHIN));
  expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 3 });
  expect(await world.latest('connected_payouts')).toMatchObject({ po_ada: { status: 'failed' } });
  expect(await world.latest('external_accounts')).toMatchObject({ ba_1: { status: 'errored' } });
  expect((await world.warehouse.query('from stripe.payouts')).length).toBe(0);
});

test('an event inside an account that is gone waits, and is then given up', async () => {
  const id = 'evt_gone';
  await world.come(about('payout.paid', 'payout', 'po_1', { id, account: 'acct_none' }));
  expect(await world.fetch()).toMatchObject({ waiting: 1 });
  world.clock.advance(10 * 60_000);
  expect(await world.fetch()).toMatchObject({ deleted: 1 });
  expect(await world.states()).toEqual({ [id]: 'deleted: Stripe has no payout po_1 of acct_none.' });
});
