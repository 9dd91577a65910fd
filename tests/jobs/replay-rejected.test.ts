import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messages, quarantinedEvents } from '../../ingest/load/landing-tables.ts';
import type { Spool } from '../../ingest/spool/spool.ts';
import type { Run, Services } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { broken, signUp } from '../ingest/load/loading.ts';
import { type Message, receiptLine } from '../ingest/load/receipts.ts';
import { openTestServices, RUN, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => harness.restart());

const replay = () => harness.run(replayRejected);
const creators = () =>
  harness.services.warehouse.query(
    'select creator_id, received_at from raw.creator_signed_up order by received_at, creator_id',
  );
const quarantined = () =>
  harness.services.warehouse.query<{ message_id: string }>(
    'select message_id from landing.quarantined_events order by all',
  );

const RECEIVED_AT = '2026-01-11T00:00:00.000Z';
/** The job ignores the period. */
const PERIOD = parsePeriod('2026-01');
const STOPPED = new Error('stopped');
/** More events than one batch of a replay has. */
const manySignUps = Array.from({ length: 12_000 }, (_, number) => signUp(number));
/** The text of each of them, with blanks, is so long that sixteen fill a batch. */
const longSignUps = manySignUps.slice(0, 20);
const BLANKS = ' '.repeat(1024 * 1024);

/** The given spool with another `append`. */
function withAppend(spool: Spool, append: Spool['append']): Spool {
  return new Proxy(spool, {
    get(target, name) {
      if (name === 'append') return append;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** Quarantines events as under an older catalogue; they conform to the current one. */
async function quarantine(
  some: readonly Message[],
  { received_at = RECEIVED_AT, blanks = '' }: { received_at?: string; blanks?: string } = {},
): Promise<void> {
  const arrived = some.map((message) => ({ message, message_id: String(message.messageId), source_id: 'marketplace' }));
  await harness.services.warehouse.transaction(async (writer) => {
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
        is_from_browser: false,
        is_about_money: false,
        event: String(message.event),
        violation: 'Unplanned-Event',
        violation_path: '/event',
        reason: 'The event was not in the catalogue.',
        message: JSON.stringify(message) + blanks,
        received_at,
        loaded_at: received_at,
      })),
    );
  });
}

describe('a quarantined event', () => {
  test('stays quarantined while it violates the catalogue, and is not quarantined twice', async () => {
    await harness.recordEvents(broken(1), signUp(2));
    await harness.run(loadEvents);
    const before = await quarantined();
    expect(before).toHaveLength(1);
    for (const _ of [1, 2]) expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await quarantined()).toEqual(before);
  });

  test('lands once after the catalogue was corrected, with its original time of receipt', async () => {
    await quarantine([signUp(1)]);
    await harness.recordEvents(broken(2));
    await harness.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 2, landed: 1, still_quarantined: 1 });
    expect(await creators()).toEqual([{ creator_id: 'cr_1', received_at: RECEIVED_AT }]);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await creators()).toHaveLength(1);
  });

  test('with several versions under one id is replayed in the last version', async () => {
    const first = broken(1);
    const second = { ...first, properties: { ...(first.properties as Message), country: 'FR' } };
    await harness.recordEvents(first);
    await harness.run(loadEvents);
    await harness.recordEvents(second);
    await harness.run(loadEvents);
    const before = await quarantined();
    expect(before).toHaveLength(2);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await quarantined()).toEqual(before);
  });

  test('that came through an endpoint for browsers is not believed more when it is replayed', async () => {
    await harness.services.spool.append([receiptLine(signUp(1), { is_from_browser: true })]);
    expect(await replay()).toEqual({ replayed: 1, landed: 0, still_quarantined: 1 });
    expect(await creators()).toEqual([]);
  });

  test('is not replayed after a corrected event has landed under its id', async () => {
    await harness.recordEvents(broken(1));
    await harness.run(loadEvents);
    await harness.recordEvents(signUp(1));
    await harness.run(loadEvents);
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
    expect(await creators()).toHaveLength(1);
  });

  test('is never lost when there are several batches, even with equal times of receipt', async () => {
    await quarantine(manySignUps);
    await quarantine([signUp(20_000)], { received_at: '2026-01-12T00:00:00.000Z' });
    expect(await replay()).toEqual({ replayed: 12_001, landed: 12_001, still_quarantined: 0 });
    const landed = await creators();
    expect(landed).toHaveLength(12_001);
    expect(landed.at(-1)).toEqual({ creator_id: 'cr_20000', received_at: '2026-01-12T00:00:00.000Z' });
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
  });

  test.each<[string, 'all' | 'the rest', (services: Services) => Partial<Run>]>([
    [
      'before the events were appended',
      'all',
      ({ spool }) => ({ spool: withAppend(spool, () => Promise.reject(STOPPED)) }),
    ],
    [
      'after they were durable but before they were loaded',
      'the rest',
      ({ spool }) => ({
        spool: withAppend(spool, async (lines) => {
          await spool.append(lines);
          throw STOPPED;
        }),
      }),
    ],
    [
      'between two batches',
      'the rest',
      () => ({
        progress: (text) => {
          if (text.includes('replayed')) throw STOPPED;
        },
      }),
    ],
  ])('lands exactly once after a replay stopped %s; then %s is replayed', async (_, then, fault) => {
    await quarantine(longSignUps, { blanks: BLANKS });
    const { services } = harness;
    const run: Run = { ...services, ...RUN, ...fault(services) };
    await expect(replayRejected.run(run, PERIOD)).rejects.toThrow(STOPPED);
    const { replayed } = await replay();
    expect(replayed).toBe(then === 'all' ? 20 : 4);
    expect(await creators()).toHaveLength(20);
    expect(new Set((await creators()).map(({ creator_id }) => creator_id)).size).toBe(20);
    expect(await replay()).toEqual({ replayed: 0, landed: 0, still_quarantined: 0 });
    expect(await quarantined()).toHaveLength(20);
  });

  test('is not replayed if a corrected event lands under its id during the replay', async () => {
    await quarantine(longSignUps, { blanks: BLANKS });
    const corrected = {
      ...signUp(0),
      messageId: longSignUps
        .map(({ messageId }) => String(messageId))
        .sort()
        .at(-1),
    };
    const { services } = harness;
    let batches = 0;
    const spool = withAppend(services.spool, async (lines) => {
      if (++batches === 1) await harness.recordEvents(corrected);
      await services.spool.append(lines);
    });
    const outcome = await replayRejected.run({ ...services, spool, ...RUN }, PERIOD);
    expect(outcome).toEqual({ replayed: 19, landed: 19, still_quarantined: 0 });
    expect(await creators()).toHaveLength(20);
    expect(await quarantined()).toHaveLength(20);
  });
});
