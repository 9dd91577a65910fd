import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordEvents, storeEvent } from '../../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent } from '../../../ingest/stripe/received-event.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { eventAbout } from '../../support/stripe/webhooks.ts';
import { openTestInbox, type TestInbox } from './test-inbox.ts';

let world: TestInbox;
beforeAll(async () => {
  world = await openTestInbox();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.clear());

const event = (id: string, more: object = {}) => ({
  ...eventAbout('charge.succeeded', { id: 'ch_1', object: 'charge' }, { id, created_at_ms: world.clock.now() }),
  ...more,
});
const stored = () => world.operational.selectFrom('stripe_inbox').selectAll().orderBy('entry').execute();
const recorded = () =>
  world.warehouse.query<{ id_stripe: string }>('from stripe.events order by received_at, id_stripe');

/** The state after a crash between recording in the warehouse and marking in the inbox. */
const forgotten = () =>
  world.operational
    .updateTable('stripe_inbox')
    .set({ recorded_at: null, state: 'waiting', processed_at: null, reason: null })
    .execute();

describe('the inbox', () => {
  test('stores an event as received', async () => {
    const first = event('evt_1');
    await world.come(first);
    expect(await stored()).toMatchObject([
      {
        event_id: 'evt_1',
        type: 'charge.succeeded',
        object_id: 'ch_1',
        received_at: new Date(world.clock.now()).toISOString(),
        body: JSON.stringify(first),
        state: 'waiting',
        attempt_count: 0,
        recorded_at: null,
      },
    ]);
  });

  test('keeps the first delivery of an event, whatever the body of a later one', async () => {
    await world.come(event('evt_1'));
    const before = await stored();
    world.clock.advance(3 * 86_400_000);
    await world.come(event('evt_1', { pending_webhooks: 0 }));
    expect(await stored()).toEqual(before);
  });

  test('reports an event that it cannot store', async () => {
    const { operational, clock } = world;
    await operational.schema.alterTable('stripe_inbox').renameTo('elsewhere').execute();
    const keeping = storeEvent(operational, { event: parseSnapshotEvent(event('evt_1') as never), body: '{}', clock });
    await expect(keeping).rejects.toThrow(
      new Unavailable('The event evt_1 could not be stored, so it is not acknowledged.'),
    );
    await operational.schema.alterTable('elsewhere').renameTo('stripe_inbox').execute();
  });
});

describe('the warehouse', () => {
  test('records every event once, timely or late, including ignored ones', async () => {
    const created_at_ms = world.clock.now();
    const late = eventAbout('customer.created', { id: 'cus_1', object: 'customer' }, { id: 'evt_late', created_at_ms });
    world.clock.advance(3 * 86_400_000);
    await world.come(event('evt_1'), late);
    expect(await recordEvents(world)).toBe(2);
    expect(await recordEvents(world)).toBe(0);
    await world.come(event('evt_1'), event('evt_2', { account: 'acct_ada' }));
    expect(await recordEvents(world)).toBe(1);
    const now = new Date(world.clock.now()).toISOString();
    const charge = { event_type_stripe: 'charge.succeeded', object_type_stripe: 'charge', object_id_stripe: 'ch_1' };
    expect(await recorded()).toEqual([
      { id_stripe: 'evt_1', ...charge, account_id_stripe: null, created_at: now, received_at: now },
      { id_stripe: 'evt_2', ...charge, account_id_stripe: 'acct_ada', created_at: now, received_at: now },
      {
        id_stripe: 'evt_late',
        event_type_stripe: 'customer.created',
        object_type_stripe: 'customer',
        object_id_stripe: 'cus_1',
        account_id_stripe: null,
        created_at: new Date(created_at_ms).toISOString(),
        received_at: now,
      },
    ]);
  });

  test('records nothing twice after a crash between the two stores', async () => {
    world.stripe.charge({ id: 'ch_1', amount_minor: 1n, currency: 'usd', created_at_ms: world.clock.now() });
    await world.come(event('evt_1'));
    await recordEvents(world);
    await world.fetch();
    const stored = [await recorded(), await world.warehouse.query('from stripe.charges')];
    expect(stored).toMatchObject([[{ id_stripe: 'evt_1' }], [{ id_stripe: 'ch_1' }]]);
    await forgotten();
    await world.come(event('evt_2'));
    expect(await recordEvents(world)).toBe(1);
    expect(await world.fetch()).toMatchObject({ fetched: 1, changed: 0 });
    expect([(await recorded()).slice(0, 1), await world.warehouse.query('from stripe.charges')]).toEqual(stored);
  });

  test('records thousands of events', async () => {
    const many = Array.from({ length: 2100 }, (_, nth) => event(`evt_${String(nth).padStart(4, '0')}`));
    await world.come(...many);
    expect(await recordEvents(world)).toBe(2100);
    expect(new Set((await recorded()).map(({ id_stripe }) => id_stripe)).size).toBe(2100);
  });
});
