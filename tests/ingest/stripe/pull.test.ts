import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pullStripe } from '../../../ingest/stripe/pull.ts';
import { STRIPE_TABLES } from '../../../ingest/stripe/tables.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { stripeClient } from '../../support/stripe/client.ts';
import type { Fault, FaultyRequest } from '../../support/stripe/faults.ts';
import { type HandClock, handClock } from '../../support/stripe/small-world.ts';
import { type StripeStandIn, startStripe } from '../../support/stripe/stand-in.ts';
import { rawWarehouse } from '../receipts.ts';

const NOW = Date.UTC(2026, 0, 15, 12);

let clock: HandClock;
let world: StripeStandIn;
let warehouse: Warehouse;
let fault: (request: FaultyRequest) => Fault | undefined;
beforeEach(async () => {
  clock = handClock();
  fault = () => undefined;
  world = await startStripe({ clock, apiKey: 'sk_test_local', faults: (request) => fault(request) });
  world.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
  warehouse = await rawWarehouse(STRIPE_TABLES);
});
afterEach(async () => {
  await warehouse.close();
  await world.stop();
});

const charge = (id: string, created_at_ms: number) =>
  world.charge({ id, amount_minor: 1000_00n, currency: 'usd', created_at_ms });
const pull = (from = NOW - 86_400_000, until = NOW + 1000) =>
  pullStripe(warehouse, { stripe: stripeClient(world), clock, from, until });
const sources = async () =>
  (await warehouse.query('select source_id_stripe as id from stripe.balance_transactions order by id')).map(
    ({ id }) => id,
  );
const transfer = () =>
  stripeClient(world).transfers.create({
    amount: 10_00,
    currency: 'usd',
    destination: 'acct_ada',
    transfer_group: 'batch_1:po_1',
  });

describe('a pull', () => {
  test('reads movements and transfers with their signs, in exact minor units', async () => {
    charge('ch_1', NOW - 5000);
    const { id } = await transfer();
    expect(await pull()).toBe(3);
    expect(
      await warehouse.query(
        'select source_id_stripe, reporting_category, amount_minor, fee_minor, net_minor, currency, created_at, pulled_at from stripe.balance_transactions order by amount_minor',
      ),
    ).toEqual([
      {
        source_id_stripe: id,
        reporting_category: 'transfer',
        amount_minor: -1000n,
        fee_minor: 0n,
        net_minor: -1000n,
        currency: 'USD',
        created_at: '2026-01-15T12:00:00.000Z',
        pulled_at: '2026-01-15T12:00:00.000Z',
      },
      {
        source_id_stripe: 'ch_1',
        reporting_category: 'charge',
        amount_minor: 100_000n,
        fee_minor: 2930n,
        net_minor: 97_070n,
        currency: 'USD',
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: '2026-01-15T12:00:00.000Z',
      },
    ]);
    expect(
      await warehouse.query(
        'select id_stripe, amount_minor, reversed_minor, destination_account_id_stripe, transfer_group from stripe.transfers',
      ),
    ).toEqual([
      {
        id_stripe: id,
        amount_minor: 1000n,
        reversed_minor: 0n,
        destination_account_id_stripe: 'acct_ada',
        transfer_group: 'batch_1:po_1',
      },
    ]);
    const [row] = await warehouse.query<{ object_stripe: string }>('select object_stripe from stripe.transfers');
    expect(JSON.parse(row?.object_stripe ?? '')).toMatchObject({ id, object: 'transfer', metadata: {} });
  });

  test('holds what was created from its first instant on, and nothing of its last', async () => {
    const [from, until] = [NOW - 10_000, NOW - 5000];
    charge('ch_before', from - 1000);
    charge('ch_first', from);
    charge('ch_last', until - 1000);
    charge('ch_after', until);
    await pull(from, until);
    expect(await sources()).toEqual(['ch_first', 'ch_last']);
  });

  test('misses nothing between two windows that meet within a second', async () => {
    charge('ch_1', NOW - 5000);
    await pull(NOW - 10_000, NOW - 4500);
    await pull(NOW - 4500, NOW);
    expect(await sources()).toEqual(['ch_1']);
  });

  test('of many pages reads each record once, and says how far it is', async () => {
    for (let nth = 0; nth < 501; nth++) charge(`ch_${nth}`, NOW - 5000 - nth);
    const progress: number[] = [];
    const options = { stripe: stripeClient(world), clock, from: 0, until: NOW + 1000 };
    expect(await pullStripe(warehouse, { ...options, onProgress: (count) => progress.push(count) })).toBe(501);
    expect(new Set(await sources()).size).toBe(501);
    expect(progress).toEqual([500]);
  });

  test('again appends, and the latest of each record counts', async () => {
    charge('ch_1', NOW - 5000);
    const made = await transfer();
    await pull();
    clock.advance(60_000);
    await stripeClient(world).transfers.createReversal(made.id);
    await pull();
    expect(await warehouse.query('select reversed_minor, pulled_at from stripe.transfers order by pulled_at')).toEqual([
      { reversed_minor: 0n, pulled_at: '2026-01-15T12:00:00.000Z' },
      { reversed_minor: 1000n, pulled_at: '2026-01-15T12:01:00.000Z' },
    ]);
  });

  test('claims to have read no further than it began, however far its window reaches', async () => {
    await pull(NOW - 1000, NOW - 500);
    await pull(NOW - 1000, NOW + 86_400_000);
    expect(await warehouse.query('select pulled_from, pulled_until from stripe.pulls order by pulled_until')).toEqual([
      { pulled_from: '2026-01-15T11:59:59.000Z', pulled_until: '2026-01-15T11:59:59.500Z' },
      { pulled_from: '2026-01-15T11:59:59.000Z', pulled_until: '2026-01-15T12:00:00.000Z' },
    ]);
  });

  test.each<[string, number, Fault, Fault | undefined]>([
    ['the first page is refused', 1, 'rate_limit', undefined],
    ['a page in the middle is a 500', 2, 'error_uncommitted', undefined],
    ['the connection breaks, and breaks again', 2, 'drop_before', 'drop_before'],
    ['the answer breaks off', 2, 'truncate_after_commit', undefined],
    ['the transfers cannot be read after the movements', 4, 'rate_limit', undefined],
  ])('stores nothing where %s, and all of it the next time', async (_, ordinal, first, second) => {
    for (let nth = 0; nth < 250; nth++) charge(`ch_${nth}`, NOW - 5000);
    fault = (request) => (request.ordinal === ordinal ? first : request.ordinal === ordinal + 1 ? second : undefined);
    await expect(pull()).rejects.toThrow(Unavailable);
    for (const table of ['balance_transactions', 'transfers', 'pulls']) {
      expect(await warehouse.query(`from stripe.${table}`)).toEqual([]);
    }
    fault = () => undefined;
    expect(await pull()).toBe(250);
  });
});
