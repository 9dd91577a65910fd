import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stripeClient } from './client.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { LINK_PAGES, NEW_ACCOUNT } from './new-account.ts';
import { manualClock, rejection } from './small-account.ts';

let world: LocalStripe;
let stripe: Stripe;
beforeAll(async () => {
  world = await startStripe({ clock: manualClock(), apiKey: 'sk_test_local' });
  stripe = stripeClient(world);
});
afterAll(() => world.stop());

const create = (change: object = {}, idempotencyKey?: string) =>
  stripe.accounts.create({ ...NEW_ACCOUNT, ...change }, idempotencyKey === undefined ? {} : { idempotencyKey });
const link = (account: string, change: object = {}) =>
  stripe.accountLinks.create({ account, type: 'account_onboarding', ...LINK_PAGES, ...change });

test('a new account is incomplete and created once a key; what the creator gives completes it, and it keeps what it was', async () => {
  const given = { email: 'ada@example.com', metadata: { creator_id: 'cr_ada', request_key: 'k' } };
  const made = await create(given, 'k1');
  expect((await create(given, 'k1')).id).toBe(made.id);
  expect((await create(given)).id).not.toBe(made.id);
  const due = ['business_type', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'];
  expect(made).toMatchObject({
    ...{ ...given, country: 'DE', details_submitted: false, payouts_enabled: false },
    capabilities: { transfers: 'inactive' },
    requirements: { currently_due: due, past_due: due, disabled_reason: 'requirements.past_due' },
    controller: { requirement_collection: 'stripe', stripe_dashboard: { type: 'express' } },
  });
  world.completeAccount(made.id);
  expect(await stripe.accounts.retrieve(made.id)).toMatchObject({
    ...{ ...given, details_submitted: true, payouts_enabled: true },
    capabilities: { transfers: 'active' },
    requirements: { currently_due: [], past_due: [], disabled_reason: null },
    controller: { requirement_collection: 'stripe', stripe_dashboard: { type: 'express' } },
  });
});

test.each([
  ['no country', { country: undefined }, { code: 'parameter_missing', param: 'country' }],
  ['a country that is none', { country: 'Germany' }, { param: 'country' }],
  ['a country where Stripe opens no accounts', { country: 'KP' }, { code: 'country_unsupported' }],
  ['an address that is none', { email: 'ada' }, { code: 'email_invalid' }],
  ['an unknown parameter', { owner: 'ada' }, { code: 'parameter_unknown', param: 'owner' }],
  ['no capability', { capabilities: { transfers: { requested: false } } }, { param: 'capabilities' }],
  [
    'losses of the platform without its fees',
    { controller: { ...NEW_ACCOUNT.controller, fees: { payer: 'account' } } },
    { message: expect.stringContaining('must be `application`') },
  ],
  [
    'requirements that the platform collects, with a dashboard',
    { controller: { ...NEW_ACCOUNT.controller, requirement_collection: 'application' } },
    { message: expect.stringContaining('the dashboard must be `none`') },
  ],
])('refuses an account with %s', async (_what, change, error) => {
  expect(await rejection(create(change))).toMatchObject({ statusCode: 400, ...error });
});

test('a link works once: each request has another address; only an account that the platform completes can be updated', async () => {
  const { id } = await create();
  const first = await link(id);
  expect(first.expires_at - first.created).toBe(300);
  expect(first.url).toMatch(/^https:\/\/connect\.stripe\.com\/setup\/e\/acct_/);
  expect((await link(id)).url).not.toBe(first.url);
  expect(await rejection(link(id, { type: 'account_update' }))).toMatchObject({ param: 'type' });
  const ours = { ...NEW_ACCOUNT.controller, requirement_collection: 'application', stripe_dashboard: { type: 'none' } };
  expect(await link((await create({ controller: ours })).id, { type: 'account_update' })).toHaveProperty('url');
  expect(await rejection(link('acct_none'))).toBeInstanceOf(Stripe.errors.StripePermissionError);
  expect(await rejection(link(id, { refresh_url: undefined }))).toMatchObject({ code: 'parameter_missing' });
  expect(await rejection(link(id, { return_url: 'here' }))).toMatchObject({ code: 'url_invalid' });
  expect(await rejection(link(id, { valid_for: 9 }))).toMatchObject({ code: 'parameter_unknown' });
});
