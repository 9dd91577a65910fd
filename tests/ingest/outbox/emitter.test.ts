import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { payoutSent } from '../../../ingest/events/payouts.ts';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import {
  type Emitter,
  type OutgoingEvent,
  openEmitter,
  relayLastTime,
  relayOutbox,
} from '../../../ingest/outbox/emitter.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { Conflict, InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { freshStore } from '../../warehouse/operational/fresh-store.ts';
import { SOURCES, startTestGateway } from '../gateway/test-gateway.ts';
import { rawWarehouse } from '../load/receipts.ts';
import { dataPlane } from './data-plane.ts';

const AT = '2026-01-31T05:00:00.000Z';
const now = () => '2026-02-02T06:00:00.000Z';

const emitterTo = (dataPlaneUrl: string): Emitter => openEmitter({ dataPlaneUrl, writeKey: 'wk_own' });
const events = (count: number): OutgoingEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    event: 'Payout Sent',
    messageId: `po_${index}-sent`,
    userId: 'cr_ada',
    occurredAt: AT,
    properties: { index },
  }));

describe('the emitter', () => {
  test('resolves when everything has arrived, in order and in batches', async () => {
    await using plane = await dataPlane(200);
    const emitter = emitterTo(plane.url);
    await emitter.send(events(45));
    await emitter.send(events(3));
    await emitter.send([]);
    expect(plane.requests.flat()).toEqual([...events(45), ...events(3)].map(({ messageId }) => messageId));
    expect(Math.max(...plane.requests.map((ids) => ids.length))).toBeLessThanOrEqual(20);
  });

  test('retries after a 500 by itself', async () => {
    await using plane = await dataPlane(500, 200);
    await emitterTo(plane.url).send(events(1));
    expect(plane.requests).toEqual([['po_0-sent'], ['po_0-sent']]);
  });

  test('throws Unavailable if it is refused, and works again afterwards', async () => {
    await using plane = await dataPlane(401, 200);
    const emitter = emitterTo(plane.url);
    await expect(emitter.send(events(1))).rejects.toThrow(Unavailable);
    await emitter.send(events(2));
    expect(plane.taken).toEqual(['po_0-sent', 'po_1-sent']);
  });

  test('reports exactly the acknowledged events, request by request', async () => {
    await using plane = await dataPlane(200, 200, 400);
    const acknowledged: string[][] = [];
    const note = async (ids: readonly string[]): Promise<void> => {
      acknowledged.push([...ids]);
      expect(plane.requests).toEqual(acknowledged);
    };
    await expect(emitterTo(plane.url).send(events(50), note)).rejects.toThrow(Unavailable);
    expect(acknowledged.flat()).toEqual(plane.taken);
    expect(acknowledged.map((ids) => ids.length)).toEqual([1, 20]);
  });

  test('sends nothing after a refused event, even if that is its very first one', async () => {
    await using plane = await dataPlane(400, 200);
    await expect(emitterTo(plane.url).send(events(50))).rejects.toThrow(Unavailable);
    expect(plane.taken).toEqual([]);
  });

  test('aborts running and later requests when it is closed', async () => {
    await using plane = await dataPlane('never');
    const emitter = emitterTo(plane.url);
    const sending = emitter.send(events(1));
    emitter.close();
    await expect(sending).rejects.toThrow(Unavailable);
    plane.answers(200);
    await expect(emitter.send(events(1))).rejects.toThrow(Unavailable);
    expect(plane.taken).toEqual([]);
  });
});

describe('the outbox', () => {
  let store: Awaited<ReturnType<typeof freshStore>>;
  let db: Operational;
  beforeAll(async () => {
    store = await freshStore();
    db = store.operational;
  });
  afterAll(() => store[Symbol.asyncDispose]());
  beforeEach(() => db.deleteFrom('outbox').execute());

  const sent = (index: number) => ({
    declaration: payoutSent,
    messageId: `po_${index}-sent`,
    occurredAt: AT,
    properties: {
      payout_id: `po_${index}`,
      batch_id: 'batch_2026-01',
      creator_id: 'cr_ada',
      payout_period: '2026-01',
      amount: '12.50',
      currency: 'USD',
      account_id_stripe: 'acct_ada',
      transfer_id_stripe: `tr_${index}`,
    },
  });
  const tellAll = async (count: number) => {
    for (let index = 0; index < count; index++) await enqueueEvent(db, sent(index));
  };
  const unsent = async () =>
    (await db.selectFrom('outbox').select('message_id').where('sent_at', 'is', null).orderBy('entry').execute()).length;

  test('stores an event once, together with its change or not at all', async () => {
    await enqueueEvent(db, sent(1));
    await enqueueEvent(db, sent(1));
    const undone = db.transaction().execute(async (transaction) => {
      await enqueueEvent(transaction, sent(2));
      throw new Conflict('no');
    });
    await expect(undone).rejects.toThrow(Conflict);
    expect(await db.selectFrom('outbox').select(['message_id', 'sent_at']).execute()).toEqual([
      { message_id: 'po_1-sent', sent_at: null },
    ]);
  });

  test('reaches the raw tables through the gateway, as an event of the catalogue', async () => {
    await using stand = await startTestGateway();
    const url = await stand.app.listen({ port: 0, host: '127.0.0.1' });
    const warehouse = await rawWarehouse();
    await tellAll(30);
    expect(await relayOutbox(db, { emitter: emitterTo(url), now })).toBe(30);
    expect(await relayOutbox(db, { emitter: emitterTo(url), now })).toBe(0);
    expect(await db.selectFrom('outbox').select('sent_at').distinct().execute()).toEqual([{ sent_at: now() }]);
    const counts = await loadSegments(warehouse, {
      spool: stand.spool,
      sources: SOURCES,
      clock: { now: () => Date.parse(AT) },
    });
    expect(counts).toEqual({ accepted: 30, landed: 30, duplicates: 0, quarantined: 0 });
    const [row] = await warehouse.query(
      `select id, user_id, amount, payout_period, timestamp, event_version from raw.payout_sent where payout_id = 'po_7'`,
    );
    expect(row).toEqual({
      id: 'po_7-sent',
      user_id: 'cr_ada',
      amount: '12.50',
      payout_period: '2026-01',
      timestamp: AT,
      event_version: 1n,
    });
    await warehouse.close();
  });

  test('keeps all events while the data plane is down', async () => {
    const plane = await dataPlane(200);
    await plane[Symbol.asyncDispose]();
    await tellAll(2);
    await expect(relayOutbox(db, { emitter: emitterTo(plane.url), now })).rejects.toThrow(Unavailable);
    expect(await unsent()).toBe(2);
  });

  test('resends only the rest if a part arrived', async () => {
    await using plane = await dataPlane(200, 200, 400, 200);
    await tellAll(60);
    const emitter = emitterTo(plane.url);
    await expect(relayOutbox(db, { emitter, now })).rejects.toThrow(Unavailable);
    expect(await unsent()).toBe(39);
    expect(await relayOutbox(db, { emitter, now })).toBe(39);
    expect(plane.taken).toEqual(Array.from({ length: 60 }, (_, index) => `po_${index}-sent`));
    expect(await unsent()).toBe(0);
  });

  test('is sent again under the same ids after a crash between the response and the mark', async () => {
    await using plane = await dataPlane(200);
    await tellAll(5);
    const emitter = emitterTo(plane.url);
    const ending: Emitter = {
      ...emitter,
      send: (some) =>
        emitter.send(some, async () => {
          throw new Unavailable('The process ended here.');
        }),
    };
    await expect(relayOutbox(db, { emitter: ending, now })).rejects.toThrow('The process ended here.');
    expect(await relayOutbox(db, { emitter, now })).toBe(5);
    expect(plane.taken).toEqual([0, 0, 1, 2, 3, 4].map((index) => `po_${index}-sent`));
  });

  test('is sent once by two concurrent relays, and the second one also sends events enqueued in the meantime', async () => {
    await using plane = await dataPlane(200);
    await tellAll(30);
    const emitter = emitterTo(plane.url);
    const first = relayOutbox(db, { emitter, now });
    await tellAll(33);
    const second = relayOutbox(db, { emitter, now });
    expect((await first) + (await second)).toBe(33);
    expect(plane.taken).toEqual(Array.from({ length: 33 }, (_, index) => `po_${index}-sent`));
  });

  test('ends in time with a data plane that never responds, and keeps pending events', async () => {
    await using plane = await dataPlane(200);
    const emitter = emitterTo(plane.url);
    await tellAll(1);
    await relayOutbox(db, { emitter, now });
    plane.answers('never');
    await tellAll(3);
    await expect(relayLastTime(db, { emitter, now, withinMs: 50 })).rejects.toThrow(Unavailable);
    expect(await unsent()).toBe(2);
    plane.answers(200);
    expect(await relayOutbox(db, { emitter: emitterTo(plane.url), now })).toBe(2);
    expect(plane.taken.length).toBe(3);
  });

  test('more than one batch of it is sent in order', async () => {
    await using plane = await dataPlane(200);
    await db
      .insertInto('outbox')
      .values(
        Array.from({ length: 510 }, (_, index) => ({
          message_id: `m_${index}`,
          event: 'Payout Sent',
          properties: JSON.stringify(sent(index).properties),
          occurred_at: AT,
        })),
      )
      .execute();
    expect(await relayOutbox(db, { emitter: emitterTo(plane.url), now })).toBe(510);
    expect(plane.requests.flat()).toEqual(Array.from({ length: 510 }, (_, index) => `m_${index}`));
  });

  test.each([
    ['that is not in the catalogue', { event: 'Payout Lost', properties: '{}' }],
    ['without a subject', { event: 'Payout Sent', properties: '{}' }],
  ])('stops at an event %s', async (_, event) => {
    await using plane = await dataPlane(200);
    await db
      .insertInto('outbox')
      .values({ message_id: 'm_1', occurred_at: AT, ...event })
      .execute();
    await expect(relayOutbox(db, { emitter: emitterTo(plane.url), now })).rejects.toThrow(InvariantBroken);
    expect(plane.requests).toEqual([]);
    expect(await unsent()).toBe(1);
  });
});
