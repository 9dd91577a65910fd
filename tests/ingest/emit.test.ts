import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emitter, type OutgoingEvent, openEmitter, relayOutbox } from '../../ingest/emit.ts';
import { payoutSent } from '../../ingest/events/payouts.ts';
import { loadSegments } from '../../ingest/load.ts';
import { tell } from '../../ingest/outbox.ts';
import { present } from '../../warehouse/check.ts';
import { Conflict, InvariantBroken, Unavailable } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { freshStore } from '../warehouse/operational/fresh-store.ts';
import { gatewayStand } from './gateway/stand.ts';
import { rawWarehouse } from './receipts.ts';

const AT = '2026-01-31T05:00:00.000Z';
const now = () => '2026-02-02T06:00:00.000Z';

interface DataPlane extends AsyncDisposable {
  readonly url: string;
  /** The message ids of each request that came, in order. */
  readonly requests: string[][];
}

/** A data plane that answers its requests with these statuses in turn, the last one for ever. */
async function dataPlane(...statuses: number[]): Promise<DataPlane> {
  const requests: string[][] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { batch } = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as { batch: { messageId: string }[] };
    response.writeHead(statuses[Math.min(requests.length, statuses.length - 1)] ?? 200).end('ok');
    requests.push(batch.map(({ messageId }) => messageId));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = present(server.address(), 'A listening server has an address.');
  return {
    url: `http://127.0.0.1:${typeof address === 'string' ? address : address.port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const emitterTo = (dataPlaneUrl: string): Emitter => openEmitter({ dataPlaneUrl, writeKey: 'wk_open' });
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

  test('tries again after a 500 by itself', async () => {
    await using plane = await dataPlane(500, 200);
    await emitterTo(plane.url).send(events(1));
    expect(plane.requests).toEqual([['po_0-sent'], ['po_0-sent']]);
  });

  test('is Unavailable where it is refused, and works again afterwards', async () => {
    await using plane = await dataPlane(401, 200);
    const emitter = emitterTo(plane.url);
    await expect(emitter.send(events(1))).rejects.toThrow(Unavailable);
    await emitter.send(events(2));
    expect(plane.requests.slice(1).flat()).toEqual(['po_0-sent', 'po_1-sent']);
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
    for (let index = 0; index < count; index++) await tell(db, sent(index));
  };
  const unsent = async () =>
    (await db.selectFrom('outbox').select('message_id').where('sent_at', 'is', null).orderBy('entry').execute()).length;

  test('holds what is told once, with the change that it tells of or not at all', async () => {
    await tell(db, sent(1));
    await tell(db, sent(1));
    const undone = db.transaction().execute(async (transaction) => {
      await tell(transaction, sent(2));
      throw new Conflict('no');
    });
    await expect(undone).rejects.toThrow(Conflict);
    expect(await db.selectFrom('outbox').select(['message_id', 'sent_at']).execute()).toEqual([
      { message_id: 'po_1-sent', sent_at: null },
    ]);
  });

  test('reaches the raw tables through the gateway, as an event of the catalogue', async () => {
    await using stand = await gatewayStand();
    const url = await stand.app.listen({ port: 0, host: '127.0.0.1' });
    const warehouse = await rawWarehouse();
    await tellAll(30);
    expect(await relayOutbox(db, { emitter: emitterTo(url), now })).toBe(30);
    expect(await relayOutbox(db, { emitter: emitterTo(url), now })).toBe(0);
    expect(await db.selectFrom('outbox').select('sent_at').distinct().execute()).toEqual([{ sent_at: now() }]);
    const counts = await loadSegments(warehouse, { spool: stand.spool, clock: { now: () => Date.parse(AT) } });
    expect(counts).toEqual({ accepted: 30, landed: 30, duplicates: 0, rejected: 0 });
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

  test('keeps everything while the data plane is down', async () => {
    const plane = await dataPlane(200);
    await plane[Symbol.asyncDispose]();
    await tellAll(2);
    await expect(relayOutbox(db, { emitter: emitterTo(plane.url), now })).rejects.toThrow(Unavailable);
    expect(await unsent()).toBe(2);
  });

  test('keeps everything where only a part arrived, and sends it again under the same ids', async () => {
    // The SDK sends its first event alone, then twenty, and gives up on a 400 at once.
    await using plane = await dataPlane(200, 200, 400, 200);
    await tellAll(60);
    const emitter = emitterTo(plane.url);
    await expect(relayOutbox(db, { emitter, now })).rejects.toThrow(Unavailable);
    expect(await unsent()).toBe(60);
    const before = plane.requests.flat().length;
    expect(before).toBeGreaterThan(20);
    expect(await relayOutbox(db, { emitter, now })).toBe(60);
    expect(new Set(plane.requests.flat()).size).toBe(60);
    expect(plane.requests.flat().length).toBe(before + 60);
    expect(await unsent()).toBe(0);
  });

  test('is sent again under the same ids after an end between the sending and the mark', async () => {
    await using plane = await dataPlane(200);
    await tellAll(5);
    const emitter = emitterTo(plane.url);
    const ending: Emitter = {
      async send(some) {
        await emitter.send(some);
        throw new Unavailable('The process ended here.');
      },
    };
    await expect(relayOutbox(db, { emitter: ending, now })).rejects.toThrow(Unavailable);
    expect(await relayOutbox(db, { emitter, now })).toBe(5);
    const ids = plane.requests.flat();
    expect(ids.slice(5)).toEqual(ids.slice(0, 5));
  });

  test('more than one piece of it is sent in order', async () => {
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
    ['that the catalogue does not know', { event: 'Payout Lost', properties: '{}' }],
    ['that says of nobody', { event: 'Payout Sent', properties: '{}' }],
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
