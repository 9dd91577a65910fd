import { gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { gateway } from '../../../ingest/gateway/gateway.ts';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { gatedDisk } from '../spool/gated-disk.ts';
import { basic, NOW, source, startTestGateway, type TestGateway } from './test-gateway.ts';

const authorization = basic('wk_open');

function post({ app }: TestGateway, url: string, body: unknown, headers: Record<string, string> = {}) {
  const payload = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return app.inject({ method: 'POST', url, headers: { authorization, ...headers }, payload });
}

describe('An accepted event', () => {
  test('is stored as it was sent, with its source, time of receipt and address', async () => {
    await using stand = await startTestGateway({ newId: () => 'uuid-1' });
    const event = {
      userId: 7,
      type: 'track',
      event: 'Ü "quoted"\n',
      properties: { amount: '0.10', n: null, list: [1] },
    };
    const batch = [{ ...event, messageId: 'm1' }, { ...event, messageId: ' ' }, event];
    expect((await post(stand, '/v1/batch', { batch, sentAt: 'ignored' })).body).toBe('ok');
    const arrival = { received_at: NOW, source_id: 'marketplace', request_ip: '127.0.0.1' };
    expect(await stand.receipts()).toEqual([
      { ...arrival, message: { ...event, messageId: 'm1' } },
      { ...arrival, message: { ...event, messageId: 'uuid-1' } },
      { ...arrival, message: { ...event, messageId: 'uuid-1' } },
    ]);
  });

  test('has the type of its endpoint, whatever type it contains, and a generated messageId', async () => {
    await using stand = await startTestGateway();
    await post(stand, '/v1/identify', { type: 'track', anonymousId: 'a', __proto__: null });
    await post(stand, '/v1/track', '{"userId":"u","__proto__":{"kept":true}}');
    const [identify, track] = (await stand.receipts()).map(({ message }) => message);
    expect(identify).toMatchObject({ type: 'identify', anonymousId: 'a' });
    expect(identify?.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(track?.messageId).not.toBe(identify?.messageId);
    expect(JSON.stringify(track)).toContain('"__proto__":{"kept":true}');
  });

  test('is acknowledged only when it is durable', async () => {
    using gate = gatedDisk();
    await using stand = await startTestGateway({}, { disk: gate.disk });
    let answered = false;
    const answer = post(stand, '/v1/track', { userId: 'u' }).then(({ body }) => {
      answered = true;
      return body;
    });
    await gate.reached;
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    gate.open();
    expect(await answer).toBe('ok');
  });
});

describe('A request is refused', () => {
  const many = { batch: [{ userId: 'u', event: 'x'.repeat(1000) }] };
  const nobody = { batch: [{ event: 'x'.repeat(1000) }] };

  test.each([
    ['for its JSON before its size', 'x'.repeat(1000), 400, 'invalid json\n'],
    ['for its ids before its rate', nobody, 400, 'request neither has anonymousId nor userId\n'],
    ['for its rate before its size', many, 429, 'max requests limit reached\n'],
  ])('%s', async (_order, body, status, text) => {
    await using stand = await startTestGateway({
      maxRequestBytes: 600,
      sources: [source('marketplace', 'wk_open', { max_requests_per_s: 0 })],
    });
    const answer = await post(stand, '/v1/batch', body);
    expect([answer.statusCode, answer.body]).toEqual([status, text]);
  });

  test('for its key before its body is read', async () => {
    await using stand = await startTestGateway({ maxRequestBytes: 10 });
    const answer = await post(stand, '/v1/batch', 'x'.repeat(1000), { authorization: basic('nope') });
    expect([answer.statusCode, answer.body]).toEqual([401, 'invalid write key\n']);
  });

  const gzip = { 'content-encoding': 'gzip' };
  test.each([
    {
      how: 'without reading it all, if it is far too long',
      maxRequestBytes: 600,
      body: Buffer.from('x'.repeat(10_000)),
      headers: {},
    },
    {
      how: 'before it is completely unzipped, if it is a zip bomb',
      maxRequestBytes: 60_000,
      body: gzipSync(Buffer.alloc(50_000_000)),
      headers: gzip,
    },
    { how: 'for its unpacked size', maxRequestBytes: 600, body: gzipSync(JSON.stringify(many)), headers: gzip },
  ])('$how', async ({ maxRequestBytes, body, headers }) => {
    await using stand = await startTestGateway({ maxRequestBytes });
    const answer = await post(stand, '/v1/batch', body, headers);
    expect([answer.statusCode, answer.body]).toEqual([413, 'request size exceeds max limit\n']);
    expect(await stand.receipts()).toEqual([]);
  });

  test('for a missing key, an unknown key and a disabled source, with no further details', async () => {
    await using stand = await startTestGateway();
    for (const header of ['Basic', 'Basic !!!', `Basic ${Buffer.from('wk_open').toString('base64')}`, 'wk_open']) {
      const answer = await post(stand, '/v1/track', { userId: 'u' }, { authorization: header });
      expect([answer.statusCode, answer.body]).toEqual([401, 'failed to read writekey from header\n']);
    }
    const disabled = await post(stand, '/beacon/v1/batch?writeKey=wk_old', { batch: [{ userId: 'u' }] });
    expect([disabled.statusCode, disabled.body]).toEqual([404, 'source is disabled\n']);
  });

  test.each([
    ['/v1/batch', '{"batch":"x"}', 'event is not a valid rudder event\n'],
    ['/v1/batch', '{"batch":[null]}', 'event is not a valid rudder event\n'],
    ['/v1/batch', '[1]', 'empty batch payload\n'],
    ['/v1/track', 'null', 'event is not a valid rudder event\n'],
    ['/v1/track', '{}', 'request neither has anonymousId nor userId\n'],
    ['/v1/import', '{"batch":[{"userId":"u"},{"type":"track"}]}', 'request neither has anonymousId nor userId\n'],
    [
      '/v1/track',
      `{"userId":"u","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'event is not a valid rudder event\n',
    ],
  ])('as a whole, and nothing of it is stored: %s', async (url, body, text) => {
    await using stand = await startTestGateway();
    const answer = await post(stand, url, body);
    expect([answer.statusCode, answer.body]).toEqual([400, text]);
    expect(await stand.receipts()).toEqual([]);
  });

  test('with 503 while the spool cannot accept it, and accepted when it can again', async () => {
    await using stand = await startTestGateway({}, { maxBytes: 250 });
    expect((await post(stand, '/v1/track', { userId: 'u', messageId: 'm1' })).statusCode).toBe(200);
    const full = await post(stand, '/v1/track', { userId: 'u', messageId: 'm2' });
    expect([full.statusCode, full.body]).toEqual([503, 'Service Unavailable\n']);
    expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'FALSE' });
    expect((await stand.receipts()).map(({ message }) => message.messageId)).toEqual(['m1']);
    await removeAll(stand.spool);
    expect((await post(stand, '/v1/track', { userId: 'u', messageId: 'm2' })).statusCode).toBe(200);
    expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'TRUE' });
  });

  test('with 503 beyond the limit of concurrent requests, whose number decreases again', async () => {
    await using stand = await startTestGateway({ maxConcurrentRequests: 2 });
    const atOnce = Array.from({ length: 5 }, () => post(stand, '/v1/track', { userId: 'u' }));
    const statuses = (await Promise.all(atOnce)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses.filter((status) => status === 503)).toHaveLength(3);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(
        (await post(stand, '/v1/track', { userId: 'u' }, { authorization: turn % 2 ? '' : authorization })).statusCode,
      ).toBe(turn % 2 ? 401 : 200);
    }
  });
});

async function removeAll(spool: Spool): Promise<void> {
  for (const { segment_id } of await spool.segments()) await spool.remove(segment_id);
}

test.each(['application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'not a type', '///'])(
  'The content type %j changes nothing',
  async (type) => {
    await using stand = await startTestGateway();
    expect((await post(stand, '/v1/track', { userId: 'u' }, { 'content-type': type })).body).toBe('ok');
    expect(await stand.receipts()).toHaveLength(1);
  },
);

test('An event that came through an endpoint for browsers says so, and no other does', async () => {
  await using stand = await startTestGateway();
  const batch = { batch: [{ type: 'track', userId: 'u' }] };
  await post(stand, '/v1/batch', batch);
  await post(stand, '/beacon/v1/batch?writeKey=wk_open', batch);
  await stand.app.inject('/pixel/v1/page?writeKey=wk_open&userId=u');
  expect((await stand.receipts()).map((receipt) => receipt.is_from_browser)).toEqual([undefined, true, true]);
});

describe('A pixel', () => {
  test('has an event in its query, with dots for nesting', async () => {
    await using stand = await startTestGateway({ newId: () => 'uuid-1' });
    const query = 'anonymousId=a&event=Opened&properties.a.b=1&properties.a.c=2&writeKey=wk_open&event=Twice&type=page';
    await stand.app.inject(`/pixel/v1/track?${query}`);
    const [receipt] = await stand.receipts();
    expect(receipt?.message).toEqual({
      ...{ channel: 'web', integrations: { All: true }, originalTimestamp: NOW, sentAt: NOW },
      ...{
        anonymousId: 'a',
        event: 'Opened',
        properties: { a: { b: '1', c: '2' } },
        type: 'track',
        messageId: 'uuid-1',
      },
    });
  });

  test('cannot change the prototype of objects', async () => {
    await using stand = await startTestGateway();
    const query = '__proto__.polluted=1&integrations.__proto__.polluted=1&properties.constructor.prototype.polluted=1';
    await stand.app.inject(`/pixel/v1/page?writeKey=wk_open&userId=u&${query}`);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(await stand.receipts()).toHaveLength(1);
  });

  test.each(['', '?writeKey=nope&userId=u', '?writeKey=wk_old&userId=u', '?writeKey=wk_open&event=E'])(
    'whose event is not stored still returns the image: %j',
    async (query) => {
      await using stand = await startTestGateway();
      const answer = await stand.app.inject(`/pixel/v1/track${query}`);
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'image/gif']);
      expect(await stand.receipts()).toEqual([]);
    },
  );
});

test('An application with the gateway keeps its own parsers, error handler and not-found handler', async () => {
  await using stand = await startTestGateway();
  const app = Fastify();
  await app.register(gateway, { spool: stand.spool, clock: { now: () => 0 }, sources: [] });
  app.post('/v1/statements', async ({ body }) => ({ body }));
  app.get('/v1/statements/broken', async () => {
    throw Object.assign(new Error('of the application'), { statusCode: 409 });
  });
  const payload = { period: '2026-01' };
  expect((await app.inject({ method: 'POST', url: '/v1/statements', payload })).json()).toEqual({ body: payload });
  expect((await app.inject('/v1/statements/broken')).json()).toMatchObject({ statusCode: 409 });
  expect((await app.inject('/v1/nope')).json()).toMatchObject({ statusCode: 404 });
  expect((await app.inject('/pixel/nope')).body).toBe('404 page not found\n');
  const wrongMethod = await app.inject({ method: 'DELETE', url: '/v1/batch' });
  expect([wrongMethod.statusCode, wrongMethod.body, wrongMethod.headers.allow]).toEqual([405, '', 'POST']);
  expect((await app.inject('/version')).json()).toMatchObject({ Version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  await app.close();
});
