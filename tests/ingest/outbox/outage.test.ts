import { expect, test } from 'vitest';
import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { openEmitter, relayOutbox } from '../../../ingest/outbox/emitter.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { instant } from '../../../warehouse/clock.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { freshStore } from '../../warehouse/operational/fresh-store.ts';
import { type Answer, dataPlane } from './data-plane.ts';

const MINUTES = 60;
const EVENTS_PER_MINUTE = 5;

/** The responses of the data plane by minute; in all others it refuses immediately. The SDK's own retries take real seconds. */
const OUTAGE: Readonly<Record<number, readonly Answer[]>> = {
  3: [500],
  11: [429],
  17: ['refused'],
  23: ['broken'],
  31: [200, 200, 401],
  38: [200, 503, 200, 401],
  45: ['never'],
};

test('An hour without a data plane loses nothing: all events arrive once and in order when it is back', async () => {
  await using plane = await dataPlane();
  await using store = await freshStore();
  const db = store.operational;
  const emitter = openEmitter({ dataPlaneUrl: plane.url, writeKey: 'wk_open' });
  const impatient = openEmitter({ dataPlaneUrl: plane.url, writeKey: 'wk_open', timeoutMs: 100 });
  let nowMs = Date.parse('2026-02-02T06:00:00.000Z');
  const now = (): string => instant(nowMs);
  const enqueued: string[] = [];

  for (let minute = 0; minute < MINUTES; minute++, nowMs += 60_000) {
    for (let each = 0; each < EVENTS_PER_MINUTE; each++) {
      const creator_id = `cr_${minute}_${each}`;
      const properties = { creator_id, creator_name: 'Ada', country: 'GB' };
      await enqueueEvent(db, {
        declaration: creatorSignedUp,
        messageId: `${creator_id}-signed`,
        occurredAt: now(),
        properties,
      });
      enqueued.push(`${creator_id}-signed`);
    }
    const answers = OUTAGE[minute] ?? [401];
    plane.answers(...answers);
    const relay = relayOutbox(db, { emitter: answers.includes('never') ? impatient : emitter, now });
    await expect(relay).rejects.toThrow(Unavailable);
  }
  const during = [...plane.taken];
  expect(during.length).toBeGreaterThan(0);
  expect(during.length).toBeLessThan(enqueued.length / 2);

  plane.answers(200);
  expect(await relayOutbox(db, { emitter, now })).toBe(enqueued.length - during.length);
  expect(plane.taken).toEqual(enqueued);
  expect(await db.selectFrom('outbox').select('message_id').where('sent_at', 'is', null).execute()).toEqual([]);
});
