import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { signUp } from '../load/loading.ts';
import { type Message, rawWarehouse } from '../load/receipts.ts';
import { basic, NOW, source, startTestGateway, type TestGateway } from './test-gateway.ts';

const SOURCES = [
  source('marketplace', 'wk_open'),
  source('other', 'wk_other'),
  source('shop', 'wk_shop', { kind: 'browser' }),
  source('plane', 'wk_plane', { kind: 'webhook' }),
];

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await rawWarehouse();
});
afterAll(() => warehouse.close());

/** A gateway whose clock moves on by a second with each request. */
async function start(): Promise<
  TestGateway & { send: typeof send; load: () => Promise<unknown>; recent: typeof recent }
> {
  let nowMs = Date.parse(NOW);
  const clock = { now: () => nowMs };
  const gateway = await startTestGateway({ clock, sources: SOURCES, warehouse });
  async function send(batch: readonly Message[], { key = 'wk_open', url = '/v1/batch' } = {}): Promise<void> {
    nowMs += 1000;
    const payload = JSON.stringify(url === '/v1/batch' ? { batch } : batch[0]);
    const { statusCode } = await gateway.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization: basic(key) },
    });
    expect(statusCode).toBe(200);
  }
  async function recent(query = '', key = 'wk_open'): Promise<string[]> {
    const response = await gateway.app.inject({
      url: `/v1/events/recent${query}`,
      headers: { authorization: basic(key) },
    });
    expect(response.statusCode, response.body).toBe(200);
    const { data } = response.json<{ data: Record<string, unknown>[] }>();
    return data.map((each) =>
      [each.message_id, each.outcome, each.reason, each.has_landed ? 'has landed' : null].filter(Boolean).join(' | '),
    );
  }
  return Object.assign(gateway, {
    send,
    recent,
    load: () => loadSegments(warehouse, { spool: gateway.spool, clock, sources: SOURCES }),
  });
}

const event = (messageId: string, change: Message = {}): Message => signUp(1, { messageId, ...change });
const BAD = { event: 'Creator Vanished' };
const NOT_LISTED = 'The event "Creator Vanished" is not in the catalogue.';
const OTHER_CONTENT = 'An event with the same messageId but different content has already landed.';

test('each event of a source waits until it is loaded, and is then landed, a duplicate, or quarantined with the reason', async () => {
  await using gateway = await start();
  await gateway.send([event('a1'), event('a2', BAD), event('a1')]);
  await gateway.send([event('elsewhere')], { key: 'wk_other' });
  expect(await gateway.recent()).toEqual(['a1 | waiting', 'a2 | waiting', 'a1 | waiting']);

  await gateway.load();
  await gateway.send([event('a1'), event('a1', { userId: 'cr_9' }), event('a2', BAD)]);
  const first = ['a1 | duplicate | has landed', `a2 | quarantined | ${NOT_LISTED}`, 'a1 | landed | has landed'];
  expect(await gateway.recent()).toEqual([
    'a2 | waiting',
    'a1 | waiting | has landed',
    'a1 | waiting | has landed',
    ...first,
  ]);

  await gateway.load();
  await gateway.send([event('a2')]);
  await gateway.load();
  expect(await gateway.recent()).toEqual([
    'a2 | landed | has landed',
    'a2 | duplicate | has landed',
    `a1 | quarantined | ${OTHER_CONTENT} | has landed`,
    'a1 | duplicate | has landed',
    'a1 | duplicate | has landed',
    `a2 | quarantined | ${NOT_LISTED} | has landed`,
    'a1 | landed | has landed',
  ]);
  expect(await gateway.recent('?limit=1')).toEqual(['a2 | landed | has landed']);
  expect(await gateway.recent('', 'wk_other')).toEqual(['elsewhere | landed | has landed']);
});

test('after a restart, what was quarantined is still shown, and a duplicate of what landed before is one', async () => {
  {
    await using before = await start();
    await before.send([event('b1'), event('b2', BAD)], { key: 'wk_plane', url: '/v1/batch' });
    await before.load();
  }
  await using gateway = await start();
  expect(await gateway.recent('', 'wk_plane')).toEqual([`b2 | quarantined | ${NOT_LISTED}`]);
  await gateway.send([event('b1', { receivedAt: '2026-01-30T00:00:00.000Z' })], {
    key: 'wk_plane',
    url: '/v1/webhook',
  });
  await gateway.load();
  expect(await gateway.recent('', 'wk_plane')).toEqual([
    `b2 | quarantined | ${NOT_LISTED}`,
    'b1 | duplicate | has landed',
  ]);
});

test('only the last thousand of a source are kept, and none whose id is very long', async () => {
  await using gateway = await start();
  await gateway.send([event('c0'), event('x'.repeat(301))], { key: 'wk_other' });
  expect(await gateway.recent('?limit=1', 'wk_other')).toEqual(['c0 | waiting']);
  for (const part of [0, 1, 2]) {
    await gateway.send(Array.from({ length: 900 }, (_, number) => event(`c${part * 900 + number + 1}`)));
  }
  const ids = (await gateway.recent('?limit=1000')).map((line) => line.split(' ')[0]);
  expect(ids).toHaveLength(1000);
  expect(ids.at(-1)).toBe('c1701');
  expect(ids.slice(0, 2)).toEqual(['c2700', 'c2699']);
});

test('a gateway alone says who knows what became of events', async () => {
  await using gateway = await startTestGateway({ sources: SOURCES });
  const { statusCode, body } = await gateway.app.inject({
    url: '/v1/events/recent',
    headers: { authorization: basic('wk_open') },
  });
  expect([statusCode, body]).toEqual([404, 'this gateway runs alone; ask the server that loads its events\n']);
});

describe('a request is refused', () => {
  test.each([
    ['without a key', {}, 401, 'failed to read writekey from header'],
    ['with an unknown key', { key: 'wk_none' }, 401, 'invalid write key'],
    [
      'with the key of a browser',
      { key: 'wk_shop' },
      403,
      'the key of a browser cannot read events; use the key of a server',
    ],
    ['with a limit of 0', { key: 'wk_open', query: '?limit=0' }, 400, 'limit must be a whole number from 1 to 1000'],
    [
      'with a limit of 1001',
      { key: 'wk_open', query: '?limit=1001' },
      400,
      'limit must be a whole number from 1 to 1000',
    ],
    ['by POST', { key: 'wk_open', method: 'POST' as const }, 405, ''],
  ])(
    '%s',
    async (_, {
      key,
      query = '',
      method = 'GET',
    }: { key?: string; query?: string; method?: 'GET' | 'POST' }, status, text) => {
      await using gateway = await startTestGateway({ sources: SOURCES, warehouse });
      const headers = key === undefined ? {} : { authorization: basic(key) };
      const response = await gateway.app.inject({ method, url: `/v1/events/recent${query}`, headers });
      expect([response.statusCode, response.body.trim()]).toEqual([status, text]);
    },
  );
});
