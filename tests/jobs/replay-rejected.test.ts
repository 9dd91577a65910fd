import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messages, quarantinedEvents } from '../../ingest/load/landing-tables.ts';
import type { Spool } from '../../ingest/spool/spool.ts';
import type { Run, Services } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { broken, signUp } from '../ingest/load/loading.ts';
import type { Message } from '../ingest/load/receipts.ts';
import { openWorld, type World } from './test-services.ts';

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
  world.services.warehouse.query<{ message_id: string }>(
    'select message_id from landing.quarantined_events order by all',
  );

const RECEIVED_AT = '2026-01-11T00:00:00.000Z';
/** The job is about everything, whatever the period. */
const PERIOD = parsePeriod('2026-01');
const STOPPED = new Error('stopped');
/** More than one piece of a replay. */
const manySignUps = Array.from({ length: 12_000 }, (_, number) => signUp(number));

/** A spool that is the given one, but for how it takes lines. */
function takingBy(spool: Spool, append: Spool['append']): Spool {
  return new Proxy(spool, {
    get(target, name) {
      if (name === 'append') return append;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

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
        outcome: 'quarantined',
        loaded_at: received_at,
      })),
    );
    await writer.append(
      quarantinedEvents,
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
    for (const _ of [1, 2]) expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await setAside()).toEqual(before);
  });

  test('lands once when the catalogue has been mended, as it was received', async () => {
    await wereSetAside([signUp(1)]);
    await world.happens(broken(2));
    await world.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 2, landed: 1, still_quarantined: 1 });
    expect(await creators()).toEqual([{ creator_id: 'cr_1', received_at: RECEIVED_AT }]);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
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
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await setAside()).toEqual(before);
  });

  test('is not replayed once a mended event has landed under its id', async () => {
    await world.happens(broken(1));
    await world.run(loadEvents);
    await world.happens(signUp(1));
    await world.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
    expect(await creators()).toHaveLength(1);
  });

  test('comes back whole when it is more than one piece, also of one instant', async () => {
    await wereSetAside(manySignUps);
    await wereSetAside([signUp(20_000)], '2026-01-12T00:00:00.000Z');
    expect(await replay()).toEqual({ replayed: 12_001, landed: 12_001, still_quarantined: 0 });
    const landed = await creators();
    expect(landed).toHaveLength(12_001);
    expect(landed.at(-1)).toEqual({ creator_id: 'cr_20000', received_at: '2026-01-12T00:00:00.000Z' });
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
  });

  test.each<[string, 'all' | 'the rest', (services: Services) => Partial<Run>]>([
    ['before it was taken in', 'all', ({ spool }) => ({ spool: takingBy(spool, () => Promise.reject(STOPPED)) })],
    [
      'when it was durable, but not loaded yet',
      'the rest',
      ({ spool }) => ({
        spool: takingBy(spool, async (lines) => {
          await spool.append(lines);
          throw STOPPED;
        }),
      }),
    ],
    [
      'between two pieces',
      'the rest',
      () => ({
        progress: (text) => {
          if (text.includes('replayed')) throw STOPPED;
        },
      }),
    ],
  ])('lands once, all of it, where a replay was stopped %s, and then %s is replayed', async (_, then, fault) => {
    await wereSetAside(manySignUps);
    const { services } = world;
    const run: Run = { ...services, startedBy: 'ada', progress: () => undefined, ...fault(services) };
    await expect(replayRejected.run(run, PERIOD)).rejects.toThrow(STOPPED);
    const { replayed } = await replay();
    if (then === 'all') expect(replayed).toBe(12_000);
    else expect(replayed).toBeLessThanOrEqual(2000);
    expect(await creators()).toHaveLength(12_000);
    expect(new Set((await creators()).map(({ creator_id }) => creator_id)).size).toBe(12_000);
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
    expect(await setAside()).toHaveLength(12_000);
  });

  test('is left alone where a mended event lands under its id while others are replayed', async () => {
    await wereSetAside(manySignUps);
    const mended = {
      ...signUp(0),
      messageId: manySignUps
        .map(({ messageId }) => String(messageId))
        .sort()
        .at(-1),
    };
    const { services } = world;
    let pieces = 0;
    const spool = takingBy(services.spool, async (lines) => {
      if (++pieces === 1) await world.happens(mended);
      await services.spool.append(lines);
    });
    const outcome = await replayRejected.run(
      { ...services, spool, startedBy: 'ada', progress: () => undefined },
      PERIOD,
    );
    expect(outcome).toEqual({ replayed: 11_999, landed: 11_999, still_quarantined: 0 });
    expect(await creators()).toHaveLength(12_000);
    expect(await setAside()).toHaveLength(12_000);
  });
});
