import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stripeClient } from './client.ts';
import type { Fault, FaultyRequest } from './faults.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { createSmallAccount, manualClock, rejection } from './small-account.ts';

const { StripeConnectionError, StripeRateLimitError } = Stripe.errors;

let seen: FaultyRequest[] = [];
let script: readonly (Fault | undefined)[] = [];
let arrival = Promise.withResolvers<void>();
let world: LocalStripe;
let stripe: Stripe;
beforeEach(async () => {
  const clock = manualClock();
  seen = [];
  script = [];
  arrival = Promise.withResolvers();
  const faults = (request: FaultyRequest) => {
    seen.push(request);
    arrival.resolve();
    return script[request.ordinal - 1];
  };
  world = await startStripe({ clock, apiKey: 'sk_test_local', faults });
  createSmallAccount(world, clock);
  stripe = stripeClient(world);
});
afterEach(() => world.stop());

const send = (key: string) =>
  stripe.transfers.create({ amount: 100_00, currency: 'usd', destination: 'acct_ada' }, { idempotencyKey: key });

describe('a fault', () => {
  test('is chosen by request', async () => {
    await send('k1');
    await stripe.balance.retrieve();
    expect(seen).toEqual([
      { method: 'POST', path: '/v1/transfers', query: '', key: 'k1', ordinal: 1 },
      { method: 'GET', path: '/v1/balance', query: '', key: undefined, ordinal: 2 },
    ]);
  });

  test('rate_limit: nothing is executed, the key stays unused', async () => {
    script = ['rate_limit'];
    expect(await rejection(send('k1'))).toBeInstanceOf(StripeRateLimitError);
    expect(world.transfers()).toHaveLength(0);
    expect((await send('k1')).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  test('dependency_failed: a 424, nothing is executed, the key stays unused', async () => {
    script = ['dependency_failed'];
    expect(await rejection(send('k1'))).toMatchObject({ statusCode: 424, rawType: 'api_error' });
    expect((await send('k1')).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  test('retryAfter_s: refused as well, with the time to wait', async () => {
    script = [{ retryAfter_s: 7 }];
    expect(await rejection(stripe.balance.retrieve())).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '7' },
    });
  });

  test('meanwhile: something happens before the response', async () => {
    const act = { id: 'ch_2', amount_minor: 1, currency: 'usd', created_at_ms: 0 };
    script = [{ meanwhile: () => world.charge(act) }];
    expect(await stripe.charges.retrieve('ch_2')).toMatchObject({ amount: 1 });
  });

  test.each([
    ['error_uncommitted', 0],
    ['error_committed', 1],
  ] as const)('%s: the 500 is replayed, and %i transfers are made', async (fault, made) => {
    script = [fault];
    expect(await rejection(send('k1'))).toMatchObject({ statusCode: 500, rawType: 'api_error' });
    const replayed = { statusCode: 500, headers: { 'idempotent-replayed': 'true' } };
    expect(await rejection(send('k1'))).toMatchObject(replayed);
    expect(world.transfers()).toHaveLength(made);
    expect(world.balance('usd')).toBe(970_70n - BigInt(made) * 100_00n);
  });

  test('drop_before: the connection breaks before anything is executed', async () => {
    script = ['drop_before'];
    expect(await rejection(send('k1'))).toBeInstanceOf(StripeConnectionError);
    expect(seen.map((request) => request.key)).toEqual(['k1']);
    expect(world.transfers()).toHaveLength(0);
    expect((await send('k1')).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  test('drop_after_commit: the transfer is created, its response lost, and replayed for the same key', async () => {
    script = ['drop_after_commit'];
    expect(await rejection(send('k1'))).toBeInstanceOf(StripeConnectionError);
    expect(world.transfers()).toHaveLength(1);
    const replayed = await send('k1');
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(world.transfers()).toEqual([replayed]);
  });

  test('truncate_after_commit: the body is truncated', async () => {
    script = ['truncate_after_commit'];
    expect(await rejection(send('k1'))).toBeInstanceOf(StripeConnectionError);
    expect(seen).toHaveLength(1);
    expect(world.transfers()).toEqual([await send('k1')]);
  });

  test('hang_after_commit: the response never arrives', async () => {
    script = ['hang_after_commit'];
    const timedOut = { message: expect.stringContaining('timeout') };
    expect(await rejection(send('k1'))).toMatchObject(timedOut);
    const replayed = await send('k1');
    expect(world.transfers()).toEqual([replayed]);
  });

  test('hold: the key is in use until the request runs', async () => {
    const gate = Promise.withResolvers<void>();
    script = [{ hold: gate.promise }];
    const first = send('k1');
    await arrival.promise;
    expect(await rejection(send('k1'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(world.transfers()).toHaveLength(0);
    gate.resolve();
    const { id } = await first;
    expect(await send('k1')).toMatchObject({ id });
    expect(world.transfers()).toHaveLength(1);
  });
});

test('a limit of requests per second holds for each operation, before keys', async () => {
  const clock = manualClock();
  await using limited = await startStripe({ clock, apiKey: 'sk_test_local', requestsPerSecondPerOperation: 2 });
  createSmallAccount(limited, clock);
  const client = stripeClient(limited);
  const transfer = (key: string) =>
    client.transfers.create({ amount: 1, currency: 'usd', destination: 'acct_ada' }, { idempotencyKey: key });
  for (const key of ['k1', 'k2']) {
    await transfer(key);
    clock.advance(400);
  }
  expect(await rejection(transfer('k1'))).toMatchObject({ statusCode: 429, code: 'rate_limit' });
  await client.transfers.list();
  clock.advance(200);
  expect((await transfer('k1')).lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(await rejection(transfer('k3'))).toBeInstanceOf(StripeRateLimitError);
  expect(limited.transfers()).toHaveLength(2);
});
