import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { balanceRows, pullBalance } from '../../../ingest/stripe/pull-balance.ts';
import { NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
beforeEach(async () => {
  stand = await openTestPull();
});
afterEach(() => stand[Symbol.asyncDispose]());

const waits: number[] = [];
const pullAll = async (since = NOW) => {
  const { warehouse, stripe, clock } = stand;
  waits.length = 0;
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    stand.clock.advance(ms);
  };
  return pullBalance(warehouse, { stripe, clock, wait, since });
};
const stored = () =>
  stand.warehouse.query(
    'select balance_type, currency, available_minor + pending_minor as balance_minor, connect_reserved_minor, pulled_at from stripe.balances order by pulled_at, balance_type, currency',
  );
/** The balances from which the sum of their balance transactions differs. */
const differences = () =>
  stand.warehouse.query(
    `select balances.pulled_at, balances.balance_type, balances.currency
     from stripe.balances as balances
     left join stripe.balance_transactions as lines
       on lines.balance_type = balances.balance_type and lines.currency = balances.currency and lines.created_at <= balances.pulled_at
     group by all
     having max(balances.available_minor + balances.pending_minor) <> coalesce(sum(lines.net_minor), 0)`,
  );

describe('the balance', () => {
  test('is stored with the balance transactions that make it up, also those created since the pull', async () => {
    stand.charge('ch_1', NOW - 20_000);
    await stand.pull();
    stand.clock.advance(5000);
    stand.charge('ch_2', NOW + 2000);
    stand.world.topup({ id: 'tu_1', amount_minor: 5_00, currency: 'jpy', created_at_ms: NOW + 3000 });
    expect(await pullAll()).toEqual({ stored: 2 });
    const at = { balance_type: 'payments', connect_reserved_minor: 0n, pulled_at: '2026-01-15T12:00:04.999Z' };
    expect(await stored()).toEqual([
      { ...at, currency: 'JPY', balance_minor: 500n },
      { ...at, currency: 'USD', balance_minor: 1941_40n },
    ]);
    expect(await differences()).toEqual([]);
    expect(waits).toEqual([]);
  });

  test('waits for the end of a second in which something happened', async () => {
    stand.clock.advance(300);
    stand.charge('ch_1', NOW);
    expect(await pullAll()).toEqual({ stored: 1 });
    expect(waits).toEqual([700]);
    // Later in the second of the first attempt, and in the one of the second.
    stand.charge('ch_2', NOW + 1000);
    await stand.pull({ until: NOW + 5000 });
    expect(await stored()).toMatchObject([{ balance_minor: 970_70n, pulled_at: '2026-01-15T12:00:00.999Z' }]);
    expect(await differences()).toEqual([]);
  });

  test('is retrieved again if it changes meanwhile', async () => {
    stand.clock.advance(10_000);
    let listings = 0;
    stand.faults(({ path }) => {
      // With an older time: Stripe lists it late.
      if (path === '/v1/balance_transactions' && ++listings === 1) stand.charge('ch_late', NOW + 1000);
      return undefined;
    });
    expect(await pullAll()).toEqual({ stored: 1 });
    expect(listings).toBe(2);
    expect(await differences()).toEqual([]);
  });

  test('that changes each time is not stored', async () => {
    stand.clock.advance(10_000);
    let nth = 0;
    stand.faults(({ path }) => {
      if (path === '/v1/balance_transactions') stand.charge(`ch_${++nth}`, stand.clock.now());
      return undefined;
    });
    expect(await pullAll()).toEqual({ reason: 'it changed during each of 5 readings' });
    expect(await stored()).toEqual([]);
  });

  test('that cannot be retrieved is not stored, and is no error', async () => {
    stand.faults(({ path }) => (path === '/v1/balance' ? { forbidden: 'No balances for this key.' } : undefined));
    expect(await pullAll()).toEqual({ reason: expect.stringContaining('No balances for this key.') });
  });

  test('is stored once for an instant', async () => {
    stand.charge('ch_1');
    expect([await pullAll(), await pullAll()]).toEqual([{ stored: 1 }, { stored: 0 }]);
    expect(await stored()).toHaveLength(1);
  });

  test('has the other balances of the platform, in minor units of ISO 4217', () => {
    const none = { amount: 0, currency: 'usd' };
    const balance = {
      object: 'balance',
      livemode: false,
      available: [none, { amount: -500, currency: 'eur' }],
      pending: [none, { amount: 12_300, currency: 'isk' }],
      connect_reserved: [{ amount: 300, currency: 'usd' }],
      issuing: { available: [{ amount: 7, currency: 'usd' }] },
      refund_and_dispute_prefunding: { available: [{ amount: 9, currency: 'eur' }], pending: [] },
    } as const;
    const zero = { available_minor: 0n, pending_minor: 0n, connect_reserved_minor: 0n };
    expect(balanceRows(structuredClone(balance) as never)).toEqual([
      { ...zero, balance_type: 'payments', currency: 'EUR', available_minor: -500n },
      { ...zero, balance_type: 'payments', currency: 'ISK', pending_minor: 123n },
      { ...zero, balance_type: 'payments', currency: 'USD', connect_reserved_minor: 300n },
      { ...zero, balance_type: 'issuing', currency: 'USD', available_minor: 7n },
      { ...zero, balance_type: 'refund_and_dispute_prefunding', currency: 'EUR', available_minor: 9n },
    ]);
  });
});
