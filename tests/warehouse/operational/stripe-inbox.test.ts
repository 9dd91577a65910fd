import type { Insertable } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import type { StripeInboxTable } from '../../../warehouse/operational/schema.ts';
import { STORES } from './stores.ts';

const AT = '2026-02-02T05:00:00.123Z';
const EVENT: Insertable<StripeInboxTable> = {
  event_id: 'evt_1',
  kind: 'snapshot',
  type: 'charge.succeeded',
  object_type: 'charge',
  object_id: 'ch_1',
  created_at: AT,
  received_at: AT,
  body: '{ "id": "evt_1" }',
  state: 'waiting',
  attempt_count: 0,
};

describe.each(STORES)('the Stripe inbox on $engine', ({ make }) => {
  let store: Awaited<ReturnType<typeof make>>;
  let db: Operational;
  beforeAll(async () => {
    store = await make();
    db = await openOperational(store.address);
    await insert({});
  });
  afterAll(async () => {
    await db.destroy();
    await store.drop();
  });
  const insert = (change: Partial<Insertable<StripeInboxTable>>) =>
    db
      .insertInto('stripe_inbox')
      .values({ ...EVENT, ...change })
      .execute();

  test.each<[string, Partial<Insertable<StripeInboxTable>>]>([
    ['an event twice', { event_id: 'evt_1' }],
    ['one of an unknown kind', { kind: 'fat' as 'thin' }],
    ['one about a kind of object without an id', { object_id: null }],
    ['one that waits and is processed', { processed_at: AT }],
    ['a processed one without a time', { state: 'fetched' }],
    ['a deleted one without a reason', { state: 'deleted', processed_at: AT }],
    ['an ignored one without a reason', { state: 'ignored', processed_at: AT }],
    ['one in an unknown state', { state: 'lost' as 'deleted', processed_at: AT, reason: 'x' }],
    ['one with a negative number of attempts', { attempt_count: -1 }],
  ])('refuses %s', async (_, change) => {
    await expect(insert({ event_id: 'evt_2', ...change })).rejects.toThrow(/violates|duplicate/);
  });

  test('stores events in the order of their receipt, with the exact body', async () => {
    await insert({ event_id: 'evt_0', state: 'deleted', processed_at: AT, reason: 'Stripe has no charge ch_1.' });
    const rows = await db.selectFrom('stripe_inbox').select(['event_id', 'body']).orderBy('entry').execute();
    expect(rows).toEqual([
      { event_id: 'evt_1', body: '{ "id": "evt_1" }' },
      { event_id: 'evt_0', body: '{ "id": "evt_1" }' },
    ]);
  });
});
