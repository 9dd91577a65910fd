import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from '../../../api/http/app.ts';
import { fetchFromStripe } from '../../../jobs/fetch-from-stripe.ts';
import { openTestServices, type TestServices } from '../../jobs/test-services.ts';
import { deliver, eventAbout, notificationAbout, post, signatureOf } from '../../support/stripe/webhooks.ts';
import { testSignIn } from '../test-sign-in.ts';

const [OLD, NEW] = ['whsec_old', 'whsec_new'];
const DAY_MS = 86_400_000;
const ACCEPTED = { status: 200, detail: '' };

let harness: TestServices;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  harness = await openTestServices();
  ({ app, url } = await listening([NEW, OLD]));
});
afterAll(async () => {
  await app.close();
  await harness[Symbol.asyncDispose]();
});
beforeEach(() => harness.restart());

async function listening(stripeWebhookSecrets: readonly string[]): Promise<{ app: FastifyInstance; url: string }> {
  // `restart` replaces only the Stripe client, which the app does not use.
  const made = buildApp({
    services: harness.services,
    sources: [],
    signIn: testSignIn(harness.services).signIn,
    stripeWebhookSecrets,
  });
  return { app: made, url: await made.listen({ port: 0, host: '127.0.0.1' }) };
}

const now = () => harness.services.clock.now();
const pass = (ms: number) => harness.setTime(new Date(now() + ms).toISOString());
const charge = (id: string) =>
  harness.stripe.charge({ id, amount_minor: 100_00n, currency: 'usd', created_at_ms: now() });
const about = (id: string, type = 'charge.succeeded') =>
  eventAbout(type, { id, object: 'charge', amount: -1 }, { id: `evt_${id}_${type}`, created_at_ms: now() });
const send = (event: object, secrets: readonly string[] = [NEW]) =>
  deliver(event, { url, clock: harness.services.clock, secrets });
const inbox = () => harness.services.operational.selectFrom('stripe_inbox').selectAll().orderBy('entry').execute();
const stored = () =>
  harness.services.warehouse.query<{ id_stripe: string; refunded_minor: bigint }>(
    'select id_stripe, refunded_minor from stripe.charges order by pulled_at',
  );

describe('a webhook of Stripe', () => {
  test('is stored unchanged before the response, without an API key', async () => {
    const event = about('ch_1');
    expect(await send(event)).toEqual(ACCEPTED);
    expect(await inbox()).toMatchObject([
      {
        event_id: 'evt_ch_1_charge.succeeded',
        kind: 'snapshot',
        body: JSON.stringify(event, null, 2),
        state: 'waiting',
      },
    ]);
    expect((await fetch(`${url}/v1/marts`)).status).toBe(401);
  });

  test('is accepted as a thin event only on the route for thin events', async () => {
    const thin = notificationAbout('v1.charge.updated', { id: 'ch_1', type: 'charge' }, { created_at_ms: now() });
    expect(await send(thin)).toEqual(ACCEPTED);
    expect(await inbox()).toMatchObject([{ kind: 'thin', object_type: 'charge', object_id: 'ch_1' }]);
    for (const [event, path] of [
      [thin, '/v1/stripe/webhook'],
      [about('ch_1'), '/v1/stripe/webhook/thin'],
    ] as const) {
      const body = JSON.stringify(event);
      const signature = signatureOf(body, { secrets: [NEW], signed_at_ms: now() });
      expect(await post(`${url}${path}`, { body, signature })).toMatchObject({
        status: 400,
        detail: expect.stringContaining('snapshot events and thin events have different addresses'),
      });
    }
    expect(await inbox()).toHaveLength(1);
  });

  test.each([
    ['the old secret', [OLD], 200],
    ['both secrets during a rotation', [OLD, NEW], 200],
    ['a wrong secret', ['whsec_wrong'], 400],
  ])('signed with %s', async (_, secrets, status) => {
    expect(await send(about('ch_1'), secrets)).toMatchObject({ status });
    expect(await inbox()).toHaveLength(status === 200 ? 1 : 0);
  });

  const body = () => JSON.stringify(about('ch_1'), null, 2);
  const signed = (text: string, signed_at_ms = now()) => signatureOf(text, { secrets: [NEW], signed_at_ms });
  test.each([
    ['without a signature', () => ({ body: body() }), 400, /the header Stripe-Signature is missing/],
    ['replayed later', () => ({ body: body(), signature: signed(body(), now() - 301_000) }), 400, / old/],
    ['from the future', () => ({ body: body(), signature: signed(body(), now() + 301_000) }), 400, /in the future/],
    [
      'serialized again in transit',
      () => ({ body: JSON.stringify(JSON.parse(body())), signature: signed(body()) }),
      400,
      /its body was changed in transit/,
    ],
    ['that is not JSON', () => ({ body: '{', signature: signed('{') }), 400, /is not JSON/],
    [
      'that is not an event',
      () => ({ body: '{"object":"event"}', signature: signed('{"object":"event"}') }),
      400,
      /has no id/,
    ],
    ['without a body', () => ({ body: '', signature: signed('') }), 400, /does not match any secret/],
    ['that is too large', () => ({ body: 'x'.repeat(1024 * 1024 + 1), signature: signed('x') }), 413, /too large/],
  ])('%s is refused with the reason, and not stored', async (_, request, status, reason) => {
    expect(await post(`${url}/v1/stripe/webhook`, request())).toEqual({
      status,
      detail: expect.stringMatching(reason),
    });
    expect(await inbox()).toEqual([]);
  });

  test('is not acknowledged while it cannot be stored, and is accepted afterwards', async () => {
    const { schema } = harness.services.operational;
    await schema.alterTable('stripe_inbox').renameTo('elsewhere').execute();
    const refused = await send(about('ch_1'));
    await schema.alterTable('elsewhere').renameTo('stripe_inbox').execute();
    expect(refused).toEqual({
      status: 503,
      detail: expect.stringMatching(/could not be stored, so it is not acknowledged/),
    });
    expect(await inbox()).toEqual([]);
    expect(await send(about('ch_1'))).toEqual(ACCEPTED);
    expect(await inbox()).toHaveLength(1);
  });

  test('is refused with 503 while no secret is set, so that Stripe delivers it again', async () => {
    const unset = await listening([]);
    const body = JSON.stringify(about('ch_1'));
    const signature = signed(body);
    for (const path of ['webhook', 'webhook/thin']) {
      expect(await post(`${unset.url}/v1/stripe/${path}`, { body, signature })).toEqual({
        status: 503,
        detail: "Stripe's events cannot be accepted: no signing secret is set; set STRIPE_WEBHOOK_SECRET.",
      });
    }
    await unset.app.close();
    expect(await inbox()).toEqual([]);
  });
});

describe('an event that is delivered', () => {
  test('before its object exists, twice, and again three days later counts once', async () => {
    const created = about('ch_1');
    expect(await send(created)).toEqual(ACCEPTED);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 1, fetched: 0, waiting: 1 });
    charge('ch_1');
    pass(60_000);
    expect(await send(created)).toEqual(ACCEPTED);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 0, fetched: 1 });
    pass(3 * DAY_MS);
    expect(await send(created)).toEqual(ACCEPTED);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 0, fetched: 0 });
    expect(await stored()).toEqual([{ id_stripe: 'ch_1', refunded_minor: 0n }]);
    expect(await inbox()).toHaveLength(1);
  });

  test('three days late, after a newer one, does not restore the older state', async () => {
    charge('ch_1');
    const created = about('ch_1');
    pass(60_000);
    harness.stripe.refund({ id: 're_1', charge: 'ch_1', amount_minor: 1_00n, created_at_ms: now() });
    expect(await send(about('ch_1', 'charge.refunded'))).toEqual(ACCEPTED);
    await harness.run(fetchFromStripe);
    pass(3 * DAY_MS);
    expect(await send(created)).toEqual(ACCEPTED);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 1, fetched: 1, changed: 0 });
    expect(await stored()).toEqual([{ id_stripe: 'ch_1', refunded_minor: 1_00n }]);
  });

  test('to a process that then ends is fetched by the next run', async () => {
    charge('ch_1');
    const other = await listening([NEW]);
    expect(await deliver(about('ch_1'), { url: other.url, clock: harness.services.clock, secrets: [NEW] })).toEqual(
      ACCEPTED,
    );
    await other.app.close();
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 1, fetched: 1 });
    expect(await stored()).toHaveLength(1);
  });
});
