import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PullProgress } from '../../../ingest/stripe/pull.ts';
import { RESOURCES } from '../../../ingest/stripe/resources.ts';
import { fundBalance, NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
beforeEach(async () => {
  stand = await openTestPull();
});
afterEach(() => stand[Symbol.asyncDispose]());

const sources = () => stand.column('select source_id_stripe from stripe.balance_transactions order by 1');
const transfer = () => {
  fundBalance(stand.world);
  return stand.stripe.transfers.create({ amount: 10_00, currency: 'usd', destination: 'acct_ada' });
};

describe('a pull', () => {
  test('includes records created at its first instant, and none at its last', async () => {
    const [from, until] = [NOW - 10_000, NOW - 5000];
    stand.charge('ch_before', from - 1000);
    stand.charge('ch_first', from);
    stand.charge('ch_last', until - 1000);
    stand.charge('ch_after', until);
    await stand.pull({ from, until });
    expect(await sources()).toEqual(['ch_first', 'ch_last']);
  });

  test('misses nothing between two windows that meet within a second', async () => {
    stand.charge('ch_1', NOW - 5000);
    await stand.pull({ from: NOW - 10_000, until: NOW - 4500 });
    await stand.pull({ from: NOW - 4500, until: NOW });
    expect(await sources()).toEqual(['ch_1']);
  });

  test('of many pages reads each record once, and reports its progress', async () => {
    for (let nth = 0; nth < 501; nth++) stand.charge(`ch_${nth}`, NOW - 5000 - nth);
    const progress: PullProgress[] = [];
    const pulled = await stand.pull({ onProgress: (each) => progress.push(each) });
    expect(pulled).toEqual({ pulled: 1002, stored: 1002, resumed: false });
    expect(new Set(await sources()).size).toBe(501);
    expect(progress.filter(({ kind }) => kind === 'balance_transaction')).toEqual([
      { kind: 'balance_transaction', pulled: 501, until: '2026-01-15T12:00:00.000Z' },
      { kind: 'balance_transaction', pulled: 501, until: '2026-01-15T12:00:01.000Z' },
    ]);
    expect(progress.at(-1)).toMatchObject({ kind: 'account', pulled: 1002 });
  });

  test('that is repeated appends only changed records', async () => {
    stand.charge('ch_1', NOW - 5000);
    const made = await transfer();
    expect(await stand.pull()).toEqual({ pulled: 4, stored: 4, resumed: false });
    expect(await stand.pull()).toEqual({ pulled: 4, stored: 0, resumed: false });
    stand.clock.advance(60_000);
    await stand.stripe.transfers.createReversal(made.id);
    const changed = ['transfer', 'its movement back', 'the reversal'];
    expect(await stand.pull({ until: NOW + 120_000 })).toMatchObject({ stored: changed.length });
    const states = await stand.warehouse.query(
      'select reversed_minor, pulled_at from stripe.transfers order by pulled_at',
    );
    expect(states).toEqual([
      { reversed_minor: 0n, pulled_at: '2026-01-15T12:00:00.000Z' },
      { reversed_minor: 1000n, pulled_at: '2026-01-15T12:01:00.000Z' },
    ]);
  });

  test('covers no time after its beginning, however long its window is', async () => {
    const claims = () =>
      stand.warehouse.query(
        'select pulled_from_at, pulled_until_at, count(distinct record_kind) as kinds, count(*) as claims from stripe.pulls group by all',
      );
    const every = BigInt(RESOURCES.length);
    const claim = { pulled_from_at: '2026-01-15T11:59:59.000Z', kinds: every, claims: every };
    await stand.pull({ from: NOW - 1000, until: NOW - 500 });
    expect(await claims()).toEqual([{ ...claim, pulled_until_at: '2026-01-15T11:59:59.500Z' }]);
    await stand.pull({ from: NOW - 1000, until: NOW + 86_400_000 });
    // It replaces the earlier one within it.
    expect(await claims()).toEqual([{ ...claim, pulled_until_at: '2026-01-15T12:00:00.000Z' }]);
    // What a closing may have read stays, and each is recorded later than the one before.
    const coverage = 'select covered_from_at, covered_until_at from stripe.charge_coverage order by recorded_at';
    expect(await stand.warehouse.query(coverage)).toEqual([
      { covered_from_at: '2026-01-15T11:59:59.000Z', covered_until_at: '2026-01-15T11:59:59.500Z' },
      { covered_from_at: '2026-01-15T11:59:59.000Z', covered_until_at: '2026-01-15T12:00:00.000Z' },
    ]);
  });

  test('of an empty year sends few requests, and of a dense hour stays within its memory limit', async () => {
    const from = NOW - 365 * 86_400_000;
    await stand.pull({ from, until: NOW });
    const days = 365 / 32;
    expect(stand.requests.filter((each) => each.startsWith('refunds')).length).toBeLessThan(days + 6);

    for (let nth = 0; nth < 120; nth++) stand.charge(`ch_${nth}`, NOW - 3_600_000 + nth * 30_000);
    const most: number[] = [];
    let before = 0;
    await stand.pull({
      recordsPerSlice: 40,
      onProgress: ({ pulled }) => {
        most.push(pulled - before);
        before = pulled;
      },
    });
    expect(Math.max(...most)).toBeLessThanOrEqual(40);
    expect((await sources()).length).toBe(120);
  });

  test('reads a second as a whole, however many records it has', async () => {
    for (let nth = 0; nth < 30; nth++) stand.charge(`ch_${nth}`);
    await stand.pull({ recordsPerSlice: 10 });
    expect((await sources()).length).toBe(30);
  });
});
