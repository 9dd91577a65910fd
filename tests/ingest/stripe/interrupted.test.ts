import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Unavailable } from '../../../warehouse/errors.ts';
import { stripeClient } from '../../support/stripe/client.ts';
import type { Fault } from '../../support/stripe/faults.ts';
import { DAY_MS, NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
beforeEach(async () => {
  stand = await openTestPull();
});
afterEach(() => stand[Symbol.asyncDispose]());

const THREE_DAYS = { from: NOW - 3 * DAY_MS, until: NOW };
const charges = () => stand.column('select id_stripe from stripe.charges order by created_at');

describe('an interrupted pull', () => {
  /** A charge on each of three days; those of the second and third day cannot be read. */
  beforeEach(async () => {
    for (const day of [3, 2, 1]) stand.charge(`ch_${day}`, NOW - day * DAY_MS + 1000);
    stand.faults(({ path, query }) =>
      path === '/v1/charges' && !query.includes(`[gte]=${(NOW - 3 * DAY_MS) / 1000}`) ? 'rate_limit' : undefined,
    );
    await expect(stand.pull(THREE_DAYS)).rejects.toThrow(Unavailable);
    stand.faults(() => undefined);
  });

  test('has stored what it read, each slice with its record', async () => {
    expect(await charges()).toEqual(['ch_3']);
    const claims = await stand.warehouse.query(
      'select record_kind, min(pulled_from_at) as since, max(pulled_until_at) as until from stripe.pulls group by 1 order by 1',
    );
    const since = '2026-01-12T12:00:00.000Z';
    const whole = { since, until: '2026-01-15T12:00:00.000Z' };
    expect(claims).toEqual([
      { record_kind: 'balance_transaction', ...whole },
      { record_kind: 'charge', since, until: '2026-01-13T12:00:00.000Z' },
      { record_kind: 'fee_refund', ...whole },
      { record_kind: 'transfer', ...whole },
      { record_kind: 'transfer_reversal', ...whole },
    ]);
  });

  test('continues where it stopped, and reads nothing again that it has stored', async () => {
    stand.requests.length = 0;
    expect(await stand.pull(THREE_DAYS)).toMatchObject({ resumed: true });
    expect(await charges()).toEqual(['ch_3', 'ch_2', 'ch_1']);
    expect(stand.requests).toEqual([
      'charges 2026-01-13T12:00:00Z',
      'charges 2026-01-14T12:00:00Z',
      'refunds 2026-01-12T12:00:00Z',
      'refunds 2026-01-13T12:00:00Z',
      'disputes 2026-01-12T12:00:00Z',
      'disputes 2026-01-13T12:00:00Z',
      'payouts 2026-01-12T12:00:00Z',
      'payouts 2026-01-13T12:00:00Z',
      'topups 2026-01-12T12:00:00Z',
      'topups 2026-01-13T12:00:00Z',
      'accounts 2026-01-12T12:00:00Z',
      'accounts 2026-01-13T12:00:00Z',
    ]);
  });

  test('has no effect once it is finished: the same window is then read as a whole', async () => {
    await stand.pull(THREE_DAYS);
    stand.world.refund({ id: 're_1', charge: 'ch_3', amount_minor: 5, created_at_ms: NOW - 1000 });
    stand.clock.advance(1000);
    // The charge, its refund, the balance transaction of that, and the one of another charge, whose money has become available.
    expect(await stand.pull(THREE_DAYS)).toMatchObject({ resumed: false, stored: 4 });
    expect(
      await stand.column(`select refunded_minor from stripe.charges where id_stripe = 'ch_3' order by pulled_at`),
    ).toEqual([0n, 5n]);
  });

  test('has no effect on a pull of another window', async () => {
    expect(await stand.pull({ ...THREE_DAYS, until: NOW + 1000 })).toMatchObject({ resumed: false, pulled: 6 });
  });

  test('reads the latest records again when it continues later', async () => {
    const until = NOW + DAY_MS;
    stand.faults(({ path }) => (path === '/v1/charges' ? 'rate_limit' : undefined));
    await expect(stand.pull({ ...THREE_DAYS, until })).rejects.toThrow(Unavailable);
    stand.faults(() => undefined);
    stand.clock.advance(3_600_000);
    stand.charge('ch_now', NOW + 1_800_000);
    await stand.pull({ ...THREE_DAYS, until });
    expect(await stand.column(`select source_id_stripe from stripe.balance_transactions`)).toContain('ch_now');
  });
});

test('a process that dies between two slices loses neither', async () => {
  for (let nth = 0; nth < 40; nth++) stand.charge(`ch_${nth}`, NOW - nth * 3_600_000 - 1000);
  const options = { from: NOW - 2 * DAY_MS, until: NOW, recordsPerSlice: 10 };
  let slices = 0;
  const dying = {
    ...options,
    onProgress: () => {
      if (++slices % 3 === 0) throw new Error('The process died.');
    },
  };
  let pulled = 0;
  for (let death = 0; death < 100; death++) {
    const ended = await stand.pull(dying).catch(() => undefined);
    pulled++;
    if (ended) break;
  }
  expect(pulled).toBeGreaterThan(5);
  expect((await charges()).length).toBe(40);
  expect(await stand.column('select count(distinct id_stripe) - count(*) from stripe.balance_transactions')).toEqual([
    0n,
  ]);
});

describe('Stripe', () => {
  beforeEach(() => {
    for (let nth = 0; nth < 150; nth++) stand.charge(`ch_${nth}`);
  });
  const whole = { pulled: 300, stored: 300, resumed: false };

  test.each<[string, readonly Fault[], readonly number[]]>([
    ['a rate limit', ['rate_limit'], [1000]],
    ['a rate limit with a Retry-After', [{ retryAfter_s: 7 }], [7000]],
    ['a rate limit with a Retry-After that is too long', [{ retryAfter_s: 3600 }], [60_000]],
    ['internal errors', ['error_uncommitted', 'error_committed'], [1000, 2000]],
    ['a broken connection', ['drop_before', 'drop_before'], [1000, 2000]],
    ['a truncated response', ['truncate_after_commit'], [1000]],
  ])('is asked for the same page again after %s', async (_, faults, waits) => {
    let nth = 0;
    // From the second page of the balance transactions on.
    stand.faults(({ ordinal }) => (ordinal >= 2 ? faults[nth++] : undefined));
    expect(await stand.pull()).toEqual(whole);
    expect(stand.waits_ms).toEqual(waits);
    const [first, second] = [stand.requests[0], stand.requests[1]];
    expect(stand.requests.filter((each) => each === second).length).toBe(2 + faults.length);
    expect(stand.requests.filter((each) => each === first).length).toBe(2);
  });

  test('counts as unavailable after some attempts, and nothing of the slice is stored', async () => {
    stand.faults(({ ordinal }) => (ordinal >= 2 ? 'rate_limit' : undefined));
    await expect(stand.pull()).rejects.toThrow(/^Stripe could not be read: Request rate limit exceeded/);
    expect(stand.waits_ms).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(stand.requests).toHaveLength(7);
    for (const table of ['balance_transactions', 'pulls']) {
      expect(await stand.warehouse.query(`from stripe.${table}`)).toEqual([]);
    }
    stand.faults(() => undefined);
    expect(await stand.pull()).toEqual(whole);
  });

  test('is not asked again after it refuses a request', async () => {
    const stranger = stripeClient({ url: stand.world.url, apiKey: 'sk_test_other' });
    const pulling = stand.pull({ stripe: stranger });
    await expect(pulling).rejects.toThrow(
      new Unavailable(
        'Stripe could not be read: Invalid API Key provided; try again, or correct STRIPE_API_KEY if Stripe refuses the key.',
      ),
    );
    expect([stand.requests.length, stand.waits_ms]).toEqual([1, []]);
  });
});
