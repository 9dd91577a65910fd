import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStripe, startStripe } from '../../support/stripe/local-stripe.ts';
import { type As, fillMarts, NOW, openTestApi, type TestApi } from '../test-api.ts';

let stripe: LocalStripe;
let api: TestApi;
beforeAll(async () => {
  stripe = await startStripe({ clock: { now: () => NOW }, apiKey: 'sk_test_local' });
  api = await openTestApi({
    STRIPE_API_KEY: 'sk_test_local',
    STRIPE_API_BASE: stripe.url,
    TANTIEME_ACCOUNT_RETURN_URL: 'https://market.example/return/',
    TANTIEME_ACCOUNT_REFRESH_URL: 'https://market.example/refresh',
    TANTIEME_INSTANT_PAYOUTS: 'on',
  });
  await fillMarts(api.services);
});
afterAll(async () => {
  await api.close();
  await stripe.stop();
});

const PATH = '/v1/creators/cr_ada/payout-account';
const post = (as: As, path: string, payload: object) => api.request(as, path, { method: 'POST', payload });

test('finance creates an account under the name of its key, makes links, and lists what is incomplete; a creator sees its own', async () => {
  const missing = { status: 409, detail: expect.stringMatching(/^cr_ada has no payout account; create one/) };
  expect((await api.request('creator', PATH)).json()).toMatchObject(missing);
  const created = await post('finance', PATH, { country: 'DE', email: 'ada@example.com' });
  expect([created.statusCode, created.json()]).toMatchObject([
    201,
    { creator_id: 'cr_ada', country: 'DE', created_by: `the finance (${api.keyId('finance')})` },
  ]);
  const { account_id_stripe } = created.json();
  const link = await post('operator', `${PATH}/links`, { refresh_url: 'https://other.example' });
  expect([link.statusCode, link.json()]).toMatchObject([201, { account_id_stripe, link_type: 'account_onboarding' }]);
  const shown = (await api.request('creator', PATH)).json();
  expect(shown).toMatchObject({ account_id_stripe, state: 'incomplete', transfers_status: 'inactive' });
  const listed = (await api.request('finance', '/v1/payout-accounts?incomplete=true')).json();
  expect(listed).toEqual({ data: [shown], next_cursor: null });
  expect((await api.request('finance', '/v1/payout-accounts?limit=1')).json().data).toHaveLength(1);
});

test('instant payouts are chosen for a creator with an account, and a creator sees its own choice', async () => {
  const path = '/v1/creators/cr_ada/instant-payouts';
  const none = { creator_id: 'cr_ada', is_instant: false, chosen_by: null, chosen_at: null };
  expect((await api.request('creator', path)).json()).toEqual(none);
  const chosen = await post('finance', path, { is_instant: true });
  expect(chosen.json()).toMatchObject({ is_instant: true, chosen_by: `the finance (${api.keyId('finance')})` });
  expect((await api.request('creator', path)).json()).toEqual(chosen.json());
  const ben = '/v1/creators/cr_ben/instant-payouts';
  expect((await post('finance', ben, { is_instant: true })).statusCode).toBe(409);
  expect((await api.request('creator', ben)).statusCode).toBe(404);
  expect((await post('creator', path, { is_instant: false })).statusCode).toBe(403);
});

test('others create nothing, and see no other account', async () => {
  for (const as of ['creator', 'analyst'] as const) {
    expect((await post(as, PATH, { country: 'DE' })).statusCode).toBe(403);
    expect((await post(as, `${PATH}/links`, {})).statusCode).toBe(403);
    expect((await api.request(as, '/v1/payout-accounts')).statusCode).toBe(403);
  }
  const others = '/v1/creators/cr_ben/payout-account';
  expect((await post('creator', others, { country: 'DE' })).statusCode).toBe(404);
  expect((await post('creator', `${others}/links`, {})).statusCode).toBe(404);
  expect((await api.request('creator', others)).json()).toMatchObject({ detail: 'There is no creator cr_ben.' });
});

test.each([
  [{ country: 'Germany' }, 400, 'country in the body must be written like DE.'],
  [{ country: 'DE', owner: 'x' }, 400, 'The body has "owner", which is unknown; leave it out.'],
  [{ country: 'DE', email: 'nobody' }, 400, /was refused by Stripe: Invalid email address: nobody; correct that/],
])('a wrong request is refused in one sentence: %j', async (body, status, detail) => {
  const refused = (await post('finance', '/v1/creators/cr_ben/payout-account', body)).json();
  expect(refused).toMatchObject({
    status,
    detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
  });
});
