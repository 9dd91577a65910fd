import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectedPull, pullConnected } from '../../../ingest/stripe/pull-connected.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { DAY_MS, fundBalance, NOW, openTestPull, type TestPull } from './test-pull.ts';

const ADA = 'acct_ada';

let stand: TestPull;
const progress: string[] = [];
beforeEach(async () => {
  progress.length = 0;
  stand = await openTestPull();
  fundBalance(stand.world);
  stand.charge('ch_1');
  stand.world.externalAccount({ id: 'ba_1', account: ADA, currency: 'usd', created_at_ms: NOW });
});
afterEach(() => stand[Symbol.asyncDispose]());

const pay = (destination = ADA) => stand.stripe.transfers.create({ amount: 10_00, currency: 'usd', destination });
const payOut = (id: string) =>
  stand.world.payout({
    id,
    account: ADA,
    amount_minor: 4_00,
    currency: 'usd',
    created_at_ms: stand.clock.now(),
    automatic: true,
  });
const pullAccounts = async (options: Partial<ConnectedPull> = {}) => {
  const { warehouse, stripe, clock } = stand;
  const window = { from: NOW - DAY_MS, until: NOW + 1000 };
  await stand.pull(window);
  const wait = async (): Promise<void> => undefined;
  const onProgress = (text: string): void => void progress.push(text);
  return pullConnected(warehouse, { stripe, clock, wait, onProgress, ...window, ...options });
};
const rows = (columns: string, table: string) =>
  stand.warehouse.query(`select ${columns} from stripe.${table} order by pulled_at`);
const account = (id: string, more = {}) =>
  stand.world.account({
    id,
    country: 'DE',
    transfers_enabled: true,
    payouts_enabled: true,
    created_at_ms: NOW,
    ...more,
  });

describe('inside a connected account', () => {
  test('payouts, the balance and external accounts are read', async () => {
    await pay();
    payOut('po_1');
    expect(await pullAccounts()).toEqual({ read: 1, changed: 3, remaining: 0 });
    expect(
      await rows('* exclude (object_stripe, recorded_at, balance_transaction_id_stripe)', 'connected_payouts'),
    ).toEqual([
      {
        account_id_stripe: ADA,
        id_stripe: 'po_1',
        amount_minor: 4_00n,
        currency: 'USD',
        status_stripe: 'in_transit',
        payout_method: 'standard',
        is_automatic: true,
        arrives_at: '2026-01-15T12:00:00.000Z',
        failure_balance_transaction_id_stripe: null,
        failure_code: null,
        reversed_by_id_stripe: null,
        original_payout_id_stripe: null,
        created_at: '2026-01-15T12:00:00.000Z',
        pulled_at: '2026-01-15T12:00:00.000Z',
      },
    ]);
    expect(await rows('* exclude recorded_at', 'connected_balances')).toEqual([
      {
        account_id_stripe: ADA,
        currency: 'USD',
        available_minor: 6_00n,
        pending_minor: 0n,
        pulled_at: '2026-01-15T12:00:00.000Z',
      },
    ]);
    expect(await rows('* exclude (object_stripe, recorded_at, pulled_at)', 'external_accounts')).toEqual([
      {
        account_id_stripe: ADA,
        id_stripe: 'ba_1',
        external_account_kind: 'bank_account',
        currency: 'USD',
        country_stripe: 'DE',
        status_stripe: 'new',
        is_default: true,
        is_deleted: false,
      },
    ]);
    expect(progress).toEqual(['1 connected account of 1 read']);
  });

  test('are read again after a day, also without a new transfer until a payout has ended', async () => {
    await pay();
    payOut('po_1');
    await pullAccounts();
    stand.world.endPayout({ id: 'po_1', account: ADA, status: 'failed', at_ms: NOW });
    expect(await pullAccounts()).toEqual({ read: 0, changed: 0, remaining: 0 });
    stand.clock.advance(40 * DAY_MS);
    const later = { from: NOW + 30 * DAY_MS, until: NOW + 41 * DAY_MS };
    expect(await pullAccounts(later)).toEqual({ read: 1, changed: 3, remaining: 0 });
    expect(await rows('status_stripe, failure_code', 'connected_payouts')).toEqual([
      { status_stripe: 'in_transit', failure_code: null },
      { status_stripe: 'failed', failure_code: 'account_closed' },
    ]);
    expect(await rows('status_stripe', 'external_accounts')).toEqual([
      { status_stripe: 'new' },
      { status_stripe: 'errored' },
    ]);
    expect(await rows('available_minor', 'connected_balances')).toEqual([
      { available_minor: 6_00n },
      { available_minor: 10_00n },
    ]);
  });

  test('are read of an account that was not paid too: a bank account that breaks is found without its webhook', async () => {
    account('acct_unpaid');
    stand.world.externalAccount({ id: 'ba_2', account: 'acct_unpaid', currency: 'eur', created_at_ms: NOW });
    await pullAccounts();
    stand.world.changeExternalAccount({ id: 'ba_2', account: 'acct_unpaid', status: 'errored', at_ms: NOW });
    stand.clock.advance(40 * DAY_MS);
    await pullAccounts({ from: NOW + 30 * DAY_MS, until: NOW + 41 * DAY_MS });
    expect(
      await stand.warehouse.query(
        "select status_stripe from stripe.external_accounts where id_stripe = 'ba_2' order by pulled_at",
      ),
    ).toEqual([{ status_stripe: 'new' }, { status_stripe: 'errored' }]);
  });

  test('are read of a limited number of accounts, first of those that were paid; the others by the next runs', async () => {
    account('acct_1');
    await pay();
    account('acct_2');
    await pay('acct_2');
    const runs = [];
    for (const _ of ['first', 'second', 'third']) {
      runs.push(await pullAccounts({ accountsPerRun: 2 }));
      stand.clock.advance(1000);
    }
    const read = await rows('account_id_stripe', 'connected_pulls');
    expect(read.map(({ account_id_stripe }) => account_id_stripe)).toEqual([
      expect.any(String),
      expect.any(String),
      'acct_1',
    ]);
    expect(runs.map(({ read, remaining }) => [read, remaining])).toEqual([
      [2, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  test('are read in turn: an account that is paid every day does not keep the others from theirs', async () => {
    account('acct_1');
    account('acct_2');
    await pay();
    for (const _ of ['first', 'second', 'third']) {
      await pullAccounts({ accountsPerRun: 1 });
      stand.clock.advance(DAY_MS);
    }
    const read = await rows('account_id_stripe', 'connected_pulls');
    expect(new Set(read.map(({ account_id_stripe }) => account_id_stripe)).size).toBe(3);
  });

  test('are read of the others if Stripe refuses one account, and one that is gone is stored as deleted', async () => {
    for (const id of ['acct_bad', 'acct_gone']) {
      account(id, { created_at_ms: NOW - 300 * DAY_MS });
      await pay(id);
    }
    await pay();
    stand.world.deleteAccount('acct_gone');
    stand.faults(({ path }) =>
      path.startsWith('/v1/accounts/acct_bad') ? { forbidden: 'Not for this key.' } : undefined,
    );
    expect(await pullAccounts()).toMatchObject({ read: 3 });
    expect(progress[0]).toBe(
      'the connected account acct_bad could not be read, and is read again tomorrow: Not for this key.',
    );
    expect(await rows('distinct account_id_stripe, pulled_at', 'external_accounts')).toMatchObject([
      { account_id_stripe: ADA },
    ]);
    expect(await rows('id_stripe, is_deleted, pulled_at', 'accounts')).toMatchObject([
      { id_stripe: 'acct_gone', is_deleted: true },
    ]);
    // The next day what is gone is not read again, although it was paid in the window.
    stand.clock.advance(DAY_MS);
    expect(await pullAccounts()).toMatchObject({ read: 2 });
  });

  test('are read by the next run if Stripe fails', async () => {
    await pay();
    stand.faults(({ path }) => (path.includes('external_accounts') ? 'error_uncommitted' : undefined));
    await expect(pullAccounts()).rejects.toThrow(Unavailable);
    stand.faults(() => undefined);
    expect(await pullAccounts()).toMatchObject({ read: 1 });
  });
});
