import { describe, expect, test } from 'vitest';
import { FailingDisk } from '../spool/failing-disk.ts';
import { basic, NOW, source, startTestGateway, type TestGateway } from './test-gateway.ts';

const sources = [
  source('marketplace', 'wk_open'),
  source('plane', 'wk_plane', { kind: 'webhook' }),
  source('old plane', 'wk_gone', { kind: 'webhook', enabled: false }),
  source('slow plane', 'wk_slow', { kind: 'webhook', max_requests_per_s: 0 }),
];

/** A complete event, as sent by RudderStack's webhook destination, with RudderStack's own fields beside the sender's. */
const forwarded = {
  anonymousId: '',
  channel: 'server',
  context: { ip: '203.0.113.7', library: { name: 'analytics-node', version: '3.0.13' } },
  event: 'Asset Used',
  integrations: { All: true },
  messageId: 'm1',
  originalTimestamp: '2026-01-31T10:00:00.000Z',
  properties: { quantity: '3' },
  receivedAt: '2026-01-31T10:00:01.500Z',
  request_ip: '203.0.113.7',
  rudderId: '6b7c5b4e-7d8a-4f4b-8d1c-2f3a4b5c6d7e',
  sentAt: '2026-01-31T10:00:01.000Z',
  timestamp: '2026-01-31T10:00:00.500Z',
  type: 'track',
  userId: 'dev_1',
};

/** Sends a request like RudderStack. */
async function deliver(stand: TestGateway, url: string, { body = JSON.stringify(forwarded), headers = {} } = {}) {
  const answer = await stand.app.inject({
    method: 'POST',
    url,
    headers: { 'user-agent': 'RudderLabs', 'content-type': 'application/json', ...headers },
    payload: body,
  });
  return [answer.statusCode, answer.body];
}

describe("RudderStack's webhook destination", () => {
  test.each([
    ['in the query of its URL', '/v1/webhook?writeKey=wk_plane', {}],
    ['in a header', '/v1/webhook', { authorization: basic('wk_plane') }],
  ])('sends an event with the key %s, which is stored as RudderStack received it', async (_, url, headers) => {
    await using stand = await startTestGateway({ sources });
    expect(await deliver(stand, url, { headers })).toEqual([200, 'ok']);
    expect(await stand.receipts()).toEqual([
      {
        received_at: '2026-01-31T10:00:01.500Z',
        source_id: 'plane',
        request_ip: '203.0.113.7',
        message: forwarded,
      },
    ]);
  });

  test('may send an event twice: both have the same id, even if the event has none', async () => {
    await using stand = await startTestGateway({ sources });
    const { messageId: _, ...nameless } = forwarded;
    for (const event of [forwarded, forwarded, nameless, nameless]) {
      await deliver(stand, '/v1/webhook?writeKey=wk_plane', { body: JSON.stringify(event) });
    }
    const ids = (await stand.receipts()).map(({ message }) => message.messageId);
    expect(ids[0]).toBe('m1');
    expect(ids[1]).toBe('m1');
    expect(ids[2]).toBe(ids[3]);
  });

  test('gets a status that it retries while the disk fails', async () => {
    const disk = new FailingDisk();
    await using stand = await startTestGateway({ sources }, { disk });
    disk.failing.add('sync');
    expect(await deliver(stand, '/v1/webhook?writeKey=wk_plane')).toEqual([503, 'Service Unavailable\n']);
    disk.failing.clear();
    expect(await deliver(stand, '/v1/webhook?writeKey=wk_plane')).toEqual([200, 'ok']);
    expect(await stand.receipts()).toHaveLength(1);
  });

  test('keeps the type of its events, and an invalid receivedAt is replaced by the current time', async () => {
    await using stand = await startTestGateway({ sources });
    const body = JSON.stringify({ type: 'identify', userId: 'u', receivedAt: 'soon' });
    await deliver(stand, '/v1/webhook?writeKey=wk_plane', { body });
    expect(await stand.receipts()).toMatchObject([{ received_at: NOW, request_ip: '', message: { type: 'identify' } }]);
  });

  test.each([
    ['no key', '/v1/webhook', {}, [401, 'failed to read writekey from query params\n']],
    ['a key of SDKs', '/v1/webhook?writeKey=wk_open', {}, [401, 'invalid write key\n']],
    ['an unknown key', '/v1/webhook?writeKey=nope', {}, [401, 'invalid write key\n']],
    ['a disabled source', '/v1/webhook?writeKey=wk_gone', {}, [404, 'source is disabled\n']],
    ['a source above its rate', '/v1/webhook?writeKey=wk_slow', {}, [429, 'max requests limit reached\n']],
    ['no JSON', '/v1/webhook?writeKey=wk_plane', { body: '{' }, [400, 'invalid json\n']],
    ['no object', '/v1/webhook?writeKey=wk_plane', { body: '[]' }, [400, 'event is not a valid rudder event\n']],
    [
      'an event without an id',
      '/v1/webhook?writeKey=wk_plane',
      { body: '{"type":"track","userId":""}' },
      [400, 'request neither has anonymousId nor userId\n'],
    ],
    [
      'an event that is nested too deeply to be serialized',
      '/v1/webhook?writeKey=wk_plane',
      { body: `{"userId":"u","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}` },
      [400, 'event is not a valid rudder event\n'],
    ],
  ] as const)('is refused for %s, and nothing is stored', async (_, url, request, answer) => {
    await using stand = await startTestGateway({ sources });
    expect(await deliver(stand, url, request)).toEqual(answer);
    expect(await stand.receipts()).toEqual([]);
  });

  test.each([
    ['', 401, 'failed to read writekey from query params\n'],
    ['?writeKey=wk_open', 401, 'invalid write key\n'],
    ['?writeKey=wk_plane', 400, 'invalid json\n'],
  ])('cannot send an event by GET: %j', async (query, status, text) => {
    await using stand = await startTestGateway({ sources });
    const answer = await stand.app.inject(`/v1/webhook${query}`);
    expect([answer.statusCode, answer.body]).toEqual([status, text]);
    expect(await stand.receipts()).toEqual([]);
  });
});

test('Other clients cannot set the time and address of receipt', async () => {
  await using stand = await startTestGateway({ sources });
  const headers = { authorization: basic('wk_plane') };
  await stand.app.inject({ method: 'POST', url: '/v1/track', headers, payload: forwarded });
  expect(await stand.receipts()).toMatchObject([{ received_at: NOW, request_ip: '127.0.0.1' }]);
});
