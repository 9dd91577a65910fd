import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeEvent } from '../../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent } from '../../../ingest/stripe/received-event.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { fetchFromStripe } from '../../../jobs/fetch-from-stripe.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { createAccountLink } from '../../../jobs/payout-accounts/account-link.ts';
import { accountPage, type PayoutAccount, requireCurrentAccount } from '../../../jobs/payout-accounts/accounts.ts';
import { createPayoutAccount } from '../../../jobs/payout-accounts/create-account.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { eventAbout } from '../../support/stripe/webhooks.ts';
import { accountUpdated, recordJanuary } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

const DUE = ['business_type', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'];
const READY = { verified: true, account: undefined, currency: 'USD', sales: ['100.00'] };

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(
    harness,
    ['gil', 'una', 'ned', 'eve'].map((name) => ({ ...READY, name })),
  );
  await harness.run(loadEvents);
});
afterAll(() => harness[Symbol.asyncDispose]());

/** The creator of a test; each has its own. */
let creator = '';
const create = () =>
  createPayoutAccount(harness.services, {
    ...{ creatorId: creator, country: 'de', email: 'a@example.com', by: 'ada' },
  });
const shown = () => requireCurrentAccount(harness.services, creator);
/** The events about the account that we have sent or will send, oldest first. */
const reported = async () =>
  (
    await harness.services.operational
      .selectFrom('outbox')
      .select('properties')
      .where('event', '=', 'Creator Payout Account Updated')
      .orderBy('entry')
      .execute()
  )
    .map(({ properties }) => properties as { creator_id: string })
    .filter(({ creator_id }) => creator_id === creator);
const event = (account_status: string, account_id_stripe: string) => ({
  ...{ creator_id: creator, account_id_stripe, account_status },
});

/** Stripe's webhook about an account, as the server stores it. */
async function webhook(id: string): Promise<void> {
  const { clock, operational } = harness.services;
  const at = { id: `evt_${clock.now()}`, created_at_ms: clock.now(), account: id };
  const about = eventAbout('account.updated', { id, object: 'account' }, at);
  await storeEvent(operational, { event: parseSnapshotEvent(about as never), body: JSON.stringify(about), clock });
}

test('an account is created, linked, completed by its creator, followed by webhook, and paid, without an event of the marketplace', async () => {
  creator = 'cr_gil';
  const made = await create();
  const account_id_stripe = made.account_id_stripe;
  expect(made).toMatchObject({ creator_id: creator, country: 'DE', created_by: 'ada' });
  const atStripe = await harness.services.stripe?.accounts.retrieve(account_id_stripe);
  expect(atStripe).toMatchObject({
    controller: {
      ...{ fees: { payer: 'application' }, losses: { payments: 'application' } },
      ...{ requirement_collection: 'stripe', stripe_dashboard: { type: 'express' } },
    },
    capabilities: { transfers: 'inactive' },
    metadata: { creator_id: creator },
  });
  const link = await createAccountLink(harness.services, { creatorId: creator });
  expect(link).toMatchObject({
    ...{ account_id_stripe, link_type: 'account_onboarding', expires_at: '2026-02-02T04:05:00.000Z' },
    url: expect.stringContaining(account_id_stripe),
  });
  const before = await shown();
  expect(before).toMatchObject({
    ...{ creator_id: creator, account_id_stripe, state: 'incomplete', country: 'DE', created_by: 'ada' },
    ...{ transfers_status: 'inactive', payouts_enabled: false, currently_due: DUE, past_due: DUE },
    ...{ disabled_because: expect.stringMatching(/^Something that Stripe requires was not given in time/) },
    ...{ pending_verification: [], read_at: '2026-02-02T04:00:00.000Z' },
  });
  expect(await reported()).toEqual([event('restricted', account_id_stripe)]);

  harness.setTime('2026-02-02T04:03:00.000Z');
  harness.stripe.completeAccount(account_id_stripe);
  await webhook(account_id_stripe);
  expect(await harness.run(fetchFromStripe)).toMatchObject({ fetched: 1, account_changes: 1 });
  expect(await shown()).toMatchObject({ state: 'complete', currently_due: [], disabled_because: null });
  expect(await reported()).toEqual([event('restricted', account_id_stripe), event('active', account_id_stripe)]);
  await harness.run(loadEvents);
  await harness.run(closePeriod, '2026-01');
  await harness.run(planPayouts, '2026-01');
  const lines = await harness.services.operational
    .selectFrom('payout_lines')
    .select(['creator_id', 'reason', 'account_id_stripe'])
    .where('creator_id', '=', creator)
    .execute();
  expect(lines).toEqual([{ creator_id: creator, reason: 'payable', account_id_stripe }]);
});

describe('each change of an account is reported once', () => {
  test('with the states of the event, also for a deleted account; a repeated webhook or pull reports nothing', async () => {
    creator = 'cr_una';
    const { account_id_stripe: id } = await create();
    const change = async (act: () => void, minute: number): Promise<unknown> => {
      harness.setTime(`2026-02-02T05:${minute}:00.000Z`);
      act();
      await webhook(id);
      return (await harness.run(fetchFromStripe)).account_changes;
    };
    const some = {
      currently_due: ['individual.verification.document'],
      pending_verification: ['individual.id_number'],
    };
    const { stripe } = harness;
    const states = [
      await change(() => stripe.completeAccount(id), 10),
      // Something more is due, but the account can still take transfers.
      await change(() => {
        stripe.changeAccount({ id, transfers_enabled: true, payouts_enabled: true, requirements: some });
      }, 11),
      await change(() => undefined, 12),
      await change(() => stripe.changeAccount({ id, transfers_enabled: false, payouts_enabled: false }), 13),
      await change(() => stripe.deleteAccount(id), 14),
    ];
    expect(states).toEqual([1, undefined, undefined, 1, 1]);
    expect(await harness.run(pullFromStripe)).not.toHaveProperty('account_changes');
    const expected = ['restricted', 'active', 'restricted', 'closed'].map((status) => event(status, id));
    expect(await reported()).toEqual(expected);
    await harness.run(loadEvents);
    const loaded = await harness.services.warehouse.query(
      `select account_status from raw.creator_payout_account_updated where creator_id = 'cr_una' order by timestamp`,
    );
    expect(loaded.map(({ account_status }) => account_status)).toEqual([
      'restricted',
      'active',
      'restricted',
      'closed',
    ]);
    expect(await shown()).toMatchObject({ state: 'closed' });

    // What is closed can be replaced; the hold of changed accounts applies to it.
    harness.setTime('2026-02-02T06:00:00.000Z');
    const next = await create();
    expect([next.sequence, next.account_id_stripe === id]).toEqual([2, false]);
    expect((await reported()).at(-1)).toEqual(event('restricted', next.account_id_stripe));
    expect((await shown()).account_id_stripe).toBe(next.account_id_stripe);
  });

  test('by the pull, once a day also of accounts that are older than its window, if the webhook was lost', async () => {
    creator = 'cr_ned';
    const { account_id_stripe: id } = await create();
    harness.setTime('2026-02-02T07:00:00.000Z');
    harness.stripe.completeAccount(id);
    expect(await harness.run(pullFromStripe)).toMatchObject({ account_changes: 1 });
    harness.setTime('2026-05-20T05:00:00.000Z');
    expect(await harness.run(pullFromStripe)).not.toHaveProperty('account_changes');
    expect((await shown()).read_at).toBe('2026-05-20T05:00:00.000Z');
    harness.stripe.changeAccount({ id, transfers_enabled: false, payouts_enabled: false });
    harness.setTime('2026-05-20T06:00:00.000Z');
    expect(await harness.run(pullFromStripe)).not.toHaveProperty('account_changes');
    harness.setTime('2026-05-21T05:00:00.000Z');
    expect(await harness.run(pullFromStripe)).toMatchObject({ account_changes: 1 });
    expect((await reported()).at(-1)).toEqual(event('restricted', id));
  });

  test('of an account that was created here and is still the one of its creator', async () => {
    creator = 'cr_eve';
    const { account_id_stripe: id } = await create();
    const enabled = { transfers_enabled: true, payouts_enabled: true };
    // The marketplace's own, which name creators of ours.
    harness.stripe.account({ id: 'acct_own', country: 'DE', creator_id: 'cr_una', ...enabled });
    harness.stripe.account({ id: 'acct_moved', country: 'DE', creator_id: creator, ...enabled });
    // Somebody has let the one created here name another creator at Stripe.
    harness.stripe.changeAccount({ id, creator_id: 'cr_una', ...enabled });
    expect(await harness.run(pullFromStripe)).not.toHaveProperty('account_changes');
    harness.stripe.changeAccount({ id, creator_id: creator, transfers_enabled: false, payouts_enabled: false });
    await harness.run(loadEvents);
    await harness.recordEvents(accountUpdated('eve', { account: 'acct_moved', at: '2026-05-22T04:00:00.000Z' }));
    harness.setTime('2026-05-22T05:00:00.000Z');
    await harness.run(loadEvents);
    harness.stripe.completeAccount(id);
    expect(await harness.run(pullFromStripe)).not.toHaveProperty('account_changes');
    expect(await reported()).toEqual([event('restricted', id)]);
    expect(await shown()).toMatchObject({ account_id_stripe: 'acct_moved', state: 'complete', created_by: null });
  });

  test('all accounts are listed by creator, page by page, or those to which something is missing', async () => {
    const lineOf = ({ creator_id, state }: PayoutAccount) => `${creator_id} ${state}`;
    const first = await accountPage(harness.services, { limit: 3 });
    const last = first.accounts.at(-1);
    const after = [last?.creator_id ?? '', last?.account_id_stripe ?? ''];
    const second = await accountPage(harness.services, { after, limit: 9 });
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    expect([...first.accounts, ...second.accounts].map(lineOf).sort()).toEqual([
      ...['cr_eve complete', 'cr_eve complete', 'cr_gil complete', 'cr_ned incomplete'],
      ...['cr_una closed', 'cr_una complete', 'cr_una incomplete'],
    ]);
    const { accounts } = await accountPage(harness.services, { incomplete: true, limit: 9 });
    expect(accounts.map(lineOf)).toEqual(['cr_ned incomplete', 'cr_una incomplete']);
  });
});
