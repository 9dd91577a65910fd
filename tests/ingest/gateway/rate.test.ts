import { expect, test } from 'vitest';
import { rateLimiter } from '../../../ingest/gateway/rate.ts';
import { basic, source, startTestGateway } from './test-gateway.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');

/** A source with a rate, and how many of its requests are accepted at an instant. */
function sender(rate: number) {
  let nowMs = START;
  const may = rateLimiter({ now: () => nowMs });
  const from = source('a', 'wk_a', { max_requests_per_s: rate });
  return (atMs: number, requests: number): number => {
    nowMs = START + atMs;
    return Array.from({ length: requests }, () => may(from)).filter(Boolean).length;
  };
}

test('A source can send a burst of one second, and then evenly', () => {
  const through = sender(100);
  expect(through(0, 500)).toBe(100);
  expect(through(9, 5)).toBe(0);
  expect(through(10, 5)).toBe(1);
  expect(through(500, 500)).toBe(49);
  expect(through(1500, 500)).toBe(100);
  expect(through(60_000, 500)).toBe(100);
});

test('A rate is enforced over a minute of requests at every millisecond', () => {
  const through = sender(7);
  let passed = 0;
  for (let atMs = 0; atMs < 60_000; atMs += 1) passed += through(atMs, 1);
  expect(passed).toBe(7 + 7 * 60 - 1);
});

test.each([
  ['a year back', -365 * 86_400_000],
  ['a second back', -1000],
  ['a year ahead', 365 * 86_400_000],
])('A clock that jumps %s neither blocks a source nor lifts its limit', (_, jumpMs) => {
  const through = sender(10);
  expect(through(0, 100)).toBe(10);
  const atOnce = through(jumpMs, 100);
  expect(atOnce).toBe(jumpMs > 0 ? 10 : 0);
  expect(through(jumpMs + 100, 100)).toBe(1);
  expect(through(jumpMs + 1100, 100)).toBe(10);
});

test('A clock that moves back and forth allows no more than the time that passed', () => {
  const through = sender(10);
  expect(through(0, 100)).toBe(10);
  for (let turn = 0; turn < 5; turn += 1) {
    expect(through(100, 100)).toBe(1);
    expect(through(0, 100)).toBe(0);
  }
});

test('A source without a rate has no limit, and each source a limit of its own', async () => {
  const sources = [
    source('free', 'wk_free'),
    ...['a', 'b'].map((id) => source(id, `wk_${id}`, { max_requests_per_s: 2 })),
  ];
  await using stand = await startTestGateway({ sources });
  const statuses = async (key: string) => {
    const headers = { authorization: basic(key) };
    const one = { method: 'POST', url: '/v1/track', headers, payload: { userId: 'u' } } as const;
    return [1, 2, 3].reduce<Promise<number[]>>(
      async (before) => [...(await before), (await stand.app.inject(one)).statusCode],
      Promise.resolve([]),
    );
  };
  expect(await statuses('wk_free')).toEqual([200, 200, 200]);
  expect(await statuses('wk_a')).toEqual([200, 200, 429]);
  expect(await statuses('wk_b')).toEqual([200, 200, 429]);
  await stand.app.inject('/pixel/v1/track?writeKey=wk_a&userId=u');
  expect(await stand.receipts()).toHaveLength(7);
});

test('A request that is refused for its ids does not count towards the rate', async () => {
  await using stand = await startTestGateway({ sources: [source('a', 'wk_a', { max_requests_per_s: 1 })] });
  const post = (payload: object) =>
    stand.app.inject({ method: 'POST', url: '/v1/track', headers: { authorization: basic('wk_a') }, payload });
  expect((await post({})).statusCode).toBe(400);
  expect((await post({ userId: 'u' })).statusCode).toBe(200);
  expect((await post({ userId: 'u' })).statusCode).toBe(429);
  expect((await post({})).statusCode).toBe(400);
});
