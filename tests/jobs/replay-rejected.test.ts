import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messages, rejectedEvents } from '../../ingest/landing-tables.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { broken, signUp } from '../ingest/loading.ts';
import type { Message } from '../ingest/receipts.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.restart());

const replay = () => world.run(replayRejected);
const creators = () =>
  world.services.warehouse.query(
    'select creator_id, received_at from raw.creator_signed_up order by received_at, creator_id',
  );
const setAside = () =>
  world.services.warehouse.query<{ message_id: string }>('select message_id from landing.rejected_events order by all');

const RECEIVED_AT = '2026-01-11T00:00:00.000Z';

/** Events that were set aside under an older catalogue, and keep to the one of today. */
async function wereSetAside(some: readonly Message[], received_at = RECEIVED_AT): Promise<void> {
  const arrived = some.map((message) => ({ message, message_id: String(message.messageId), source_id: 'marketplace' }));
  await world.services.warehouse.transaction(async (writer) => {
    await writer.append(
      messages,
      arrived.map(({ message_id, source_id }) => ({
        message_id,
        source_id,
        message_hash: sha256Hex(message_id),
        segment_id: 'segment_1',
        outcome: 'rejected',
      })),
    );
    await writer.append(
      rejectedEvents,
      arrived.map(({ message, message_id, source_id }) => ({
        message_id,
        source_id,
        event: String(message.event),
        violation: 'Unplanned-Event',
        violation_path: '/event',
        reason: 'The event was not in the catalogue.',
        message: JSON.stringify(message),
        received_at,
        loaded_at: received_at,
      })),
    );
  });
}

describe('what was set aside', () => {
  test('stays so while it breaks the catalogue, and is not set aside a second time', async () => {
    await world.happens(broken(1), signUp(2));
    await world.run(loadEvents);
    const before = await setAside();
    expect(before).toHaveLength(1);
    for (const _ of [1, 2]) expect(await replay()).toEqual({ replayed: 1, landed: 0, still_rejected: 1 });
    expect(await setAside()).toEqual(before);
  });

  test('lands once when the catalogue has been mended, as it was received', async () => {
    await wereSetAside([signUp(1)]);
    await world.happens(broken(2));
    await world.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 2, landed: 1, still_rejected: 1 });
    expect(await creators()).toEqual([{ creator_id: 'cr_1', received_at: RECEIVED_AT }]);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_rejected: 1 });
    expect(await creators()).toHaveLength(1);
  });

  test('of several under one id comes back as it was sent last', async () => {
    const first = broken(1);
    const second = { ...first, properties: { ...(first.properties as Message), country: 'FR' } };
    await world.happens(first);
    await world.run(loadEvents);
    await world.happens(second);
    await world.run(loadEvents);
    const before = await setAside();
    expect(before).toHaveLength(2);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_rejected: 1 });
    expect(await setAside()).toEqual(before);
  });

  test('is not replayed once a mended event has landed under its id', async () => {
    await world.happens(broken(1));
    await world.run(loadEvents);
    await world.happens(signUp(1));
    await world.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_rejected: 0 });
    expect(await creators()).toHaveLength(1);
  });

  test('comes back whole when it is more than one piece, also of one instant', async () => {
    const numbers = Array.from({ length: 1200 }, (_, number) => number);
    await wereSetAside(numbers.map((number) => signUp(number)));
    await wereSetAside([signUp(2000)], '2026-01-12T00:00:00.000Z');
    expect(await replay()).toEqual({ replayed: 1201, landed: 1201, still_rejected: 0 });
    const landed = await creators();
    expect(landed).toHaveLength(1201);
    expect(landed.at(-1)).toEqual({ creator_id: 'cr_2000', received_at: '2026-01-12T00:00:00.000Z' });
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_rejected: 0 });
  });
});
