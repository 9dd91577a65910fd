import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../../ingest/gateway/accept-events.ts';
import { basic, source, startTestGateway } from './test-gateway.ts';

/** RudderStack's rules, each with an example of our own: the request, the response, and the number of stored events. */
interface Rule {
  readonly says: string;
  readonly url?: string;
  readonly body?: string | Buffer | object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: readonly [status: number, text: string];
}

const kept = { anonymousId: 'visitor', event: 'Page Read' };
const sources = [
  source('shop', 'wk_shop'),
  source('blog', 'wk_blog'),
  source('closed', 'wk_closed', { enabled: false }),
  source('slow', 'wk_slow', { max_requests_per_s: 0 }),
  source('plane', 'wk_plane', { kind: 'webhook' }),
];
const sized = (byteCount: number): string => {
  const [head, tail] = ['{"userId":"u","text":"', '"}'];
  return `${head}${'.'.repeat(byteCount - head.length - tail.length)}${tail}`;
};
const gzip = { 'content-encoding': 'gzip' };
const nobody = 'request neither has anonymousId nor userId\n';
const noEvent = 'event is not a valid rudder event\n';

const RULES: readonly Rule[] = [
  { says: 'a batch is accepted', body: { batch: [kept, kept] }, answer: [200, 'ok'] },
  ...['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge', 'audiencelist'].map(
    (type): Rule => ({ says: `one event is accepted by ${type}`, url: `/v1/${type}`, body: kept, answer: [200, 'ok'] }),
  ),
  { says: 'an import is accepted', url: '/v1/import', body: { batch: [kept] }, answer: [200, 'ok'] },
  {
    says: 'a gzipped batch is accepted',
    body: gzipSync(JSON.stringify({ batch: [kept] })),
    headers: gzip,
    answer: [200, 'ok'],
  },
  {
    says: 'the encoding, not the content type, determines whether a body is gzip',
    body: gzipSync(JSON.stringify({ batch: [kept] })),
    headers: { 'content-type': 'application/gzip' },
    answer: [400, 'invalid json\n'],
  },
  {
    says: 'no key',
    body: { batch: [kept] },
    headers: { authorization: '' },
    answer: [401, 'failed to read writekey from header\n'],
  },
  {
    says: 'an empty key',
    body: { batch: [kept] },
    headers: { authorization: basic('') },
    answer: [401, 'failed to read writekey from header\n'],
  },
  {
    says: 'a key in the query for an endpoint that reads the header',
    url: '/v1/track?writeKey=wk_shop',
    body: kept,
    headers: { authorization: '' },
    answer: [401, 'failed to read writekey from header\n'],
  },
  {
    says: 'an unknown key',
    body: { batch: [kept] },
    headers: { authorization: basic('wk_sho') },
    answer: [401, 'invalid write key\n'],
  },
  {
    says: 'a disabled source',
    body: { batch: [kept] },
    headers: { authorization: basic('wk_closed') },
    answer: [404, 'source is disabled\n'],
  },
  {
    says: 'a beacon is accepted',
    url: '/beacon/v1/batch?writeKey=wk_blog',
    body: { batch: [kept] },
    answer: [200, 'ok'],
  },
  {
    says: 'a beacon without key, though the header has one',
    url: '/beacon/v1/batch',
    body: { batch: [kept] },
    answer: [401, 'failed to read writekey from query params\n'],
  },
  {
    says: 'a beacon with an unknown key',
    url: '/beacon/v1/batch?writeKey=x',
    body: { batch: [kept] },
    answer: [401, 'invalid write key\n'],
  },
  { says: 'no JSON', url: '/v1/track', body: '{"userId"', answer: [400, 'invalid json\n'] },
  { says: 'no body at all', url: '/v1/track', body: '', answer: [400, 'invalid json\n'] },
  { says: 'an empty object', body: {}, answer: [400, 'empty batch payload\n'] },
  { says: 'an empty batch', body: { batch: [] }, answer: [400, 'empty batch payload\n'] },
  { says: 'an empty batch to import', url: '/v1/import', body: { batch: [] }, answer: [200, 'ok'] },
  { says: 'a number among the events', body: { batch: [kept, 7] }, answer: [400, noEvent] },
  { says: 'a list for an event', url: '/v1/page', body: [kept], answer: [400, noEvent] },
  { says: 'an event without an id among others', body: { batch: [kept, { event: 'E' }] }, answer: [400, nobody] },
  { says: 'blank ids', url: '/v1/track', body: { userId: ' \t', anonymousId: '' }, answer: [400, nobody] },
  {
    says: 'a record, which needs no user',
    body: { batch: [{ type: 'record' }, { type: 'extract' }] },
    answer: [200, 'ok'],
  },
  { says: 'the longest request', url: '/v1/track', body: sized(MAX_REQUEST_BYTES), answer: [200, 'ok'] },
  {
    says: 'one byte more',
    url: '/v1/track',
    body: sized(MAX_REQUEST_BYTES + 1),
    answer: [413, 'request size exceeds max limit\n'],
  },
  {
    says: 'one byte more, compressed',
    url: '/v1/track',
    body: gzipSync(sized(MAX_REQUEST_BYTES + 1)),
    headers: gzip,
    answer: [413, 'request size exceeds max limit\n'],
  },
  {
    says: 'truncated gzip',
    body: gzipSync('{"batch":[]}').subarray(0, 15),
    headers: gzip,
    answer: [500, 'failed to read body from request\n'],
  },
  {
    says: 'a source above its rate',
    body: { batch: [kept] },
    headers: { authorization: basic('wk_slow') },
    answer: [429, 'max requests limit reached\n'],
  },
  {
    says: 'a webhook without key',
    url: '/v1/webhook',
    body: kept,
    headers: { authorization: '' },
    answer: [401, 'failed to read writekey from query params\n'],
  },
  { says: 'a webhook with the key of SDKs', url: '/v1/webhook', body: kept, answer: [401, 'invalid write key\n'] },
  { says: 'an unknown path', url: '/v1/tracks', body: kept, answer: [404, '404 page not found\n'] },
];

describe("RudderStack's answer to", () => {
  test.each(RULES)('$says', async ({ url = '/v1/batch', body = '', headers, answer }) => {
    await using stand = await startTestGateway({ sources });
    const payload = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const got = await stand.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization: basic('wk_shop'), ...headers },
    });
    expect([got.statusCode, got.body]).toEqual(answer);
    expect(got.headers['content-type']).toBe('text/plain; charset=utf-8');
    const count = typeof body === 'object' && 'batch' in body && Array.isArray(body.batch) ? body.batch.length : 1;
    expect(await stand.receipts()).toHaveLength(got.statusCode === 200 ? count : 0);
  });

  test.each([
    ['/v1/track', 'GET', 'POST'],
    ['/v1/batch', 'PUT', 'POST'],
    ['/beacon/v1/batch', 'GET', 'POST'],
    ['/pixel/v1/page', 'POST', 'GET'],
    ['/v1/webhook', 'DELETE', 'GET, POST'],
    ['/health', 'POST', 'GET'],
  ] as const)('%s by %s: only %s is allowed, before authentication', async (url, method, allow) => {
    await using stand = await startTestGateway({ sources });
    const got = await stand.app.inject({ method, url });
    expect([got.statusCode, got.body, got.headers.allow]).toEqual([405, '', allow]);
  });

  test('events of several sources: they are stored under the name of each', async () => {
    await using stand = await startTestGateway({ sources });
    for (const key of ['wk_blog', 'wk_shop', 'wk_blog']) {
      const headers = { authorization: basic(key) };
      await stand.app.inject({ method: 'POST', url: '/v1/track', headers, payload: { userId: key } });
    }
    const receipts = await stand.receipts();
    expect(receipts.map(({ source_id, message }) => [source_id, message.userId])).toEqual([
      ['blog', 'wk_blog'],
      ['shop', 'wk_shop'],
      ['blog', 'wk_blog'],
    ]);
  });

  test("a health request has all of RudderStack's members", async () => {
    await using stand = await startTestGateway();
    const got = await stand.app.inject('/health');
    expect([got.statusCode, got.json()]).toEqual([
      200,
      { appType: 'GATEWAY', server: 'UP', db: 'UP', acceptingEvents: 'TRUE' },
    ]);
  });
});
