import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memoryBudget } from '../../../ingest/gateway/memory-budget.ts';
import { requestTimeoutOptions } from '../../../ingest/gateway/request-timeout.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { gatedDisk } from '../spool/gated-disk.ts';
import { basic, source, startTestGateway, type TestGateway } from './test-gateway.ts';

/** A budget for one request of the maximum size, but not for a second one. */
const TIGHT = { maxRequestBytes: 100_000, maxHeldBytes: 230_000 };
const LONG = 150_000;
const authorization = basic('wk_open');

const event = (byteCount: number): string => {
  const [opening, closing] = ['{"userId":"u","text":"', '"}'];
  return opening + '.'.repeat(byteCount - opening.length - closing.length) + closing;
};

function post({ app }: TestGateway, payload: string | Buffer, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/v1/track', headers: { authorization, ...headers }, payload });
}

/** A raw client that sends exactly these bytes. */
async function dial({ app }: TestGateway): Promise<Socket> {
  const address = app.server.address() ?? new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const port = typeof address === 'object' ? Number(address.port) : 0;
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

function head(length: string): string {
  return `POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n${length}\r\n\r\n`;
}

/** Resolves when the server has received this many more requests of raw clients. */
async function arrived({ app }: TestGateway, count = 1): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) await once(app.server, 'request');
  await new Promise(setImmediate);
}

/** Sends requests of this length until one has this status: the actions of a client reach the server with a delay. */
async function until(stand: TestGateway, { status, byteCount }: { status: number; byteCount: number }): Promise<void> {
  while ((await post(stand, event(byteCount))).statusCode !== status) await new Promise(setImmediate);
}

describe('The memory budget', () => {
  test('counts requests and bytes, changes with each reservation, and is released once', () => {
    const enter = memoryBudget({ maxConcurrentRequests: 2, maxHeldBytes: 10 });
    const [first, second] = [enter(), enter()];
    expect(enter).toThrow(Unavailable);
    first.reserve(6);
    expect(() => second.reserve(5)).toThrow(Unavailable);
    second.reserve(4);
    first.reserve(3);
    second.reserve(7);
    expect(() => first.reserve(4)).toThrow(Unavailable);
    first.release();
    first.release();
    first.reserve(3);
    second.reserve(10);
    const third = enter();
    expect(enter).toThrow(Unavailable);
    second.release();
    third.reserve(10);
  });
});

describe('The reservation of a request is released', () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  const gzip = { 'content-encoding': 'gzip' };
  test.each([
    { after: 'it was stored', payload: event(90_000), status: 200 },
    { after: 'it was stored, unzipped', payload: gzipSync(event(90_000)), headers: gzip, status: 200 },
    { after: 'it was not JSON', payload: '.'.repeat(LONG), status: 400 },
    { after: 'it was too long', payload: event(LONG), status: 413 },
    { after: 'it was too long to read', payload: event(300_000), status: 413 },
    { after: 'it was a zip bomb', payload: bomb, headers: gzip, status: 413 },
    { after: 'it was not gzip', payload: event(20_000), headers: gzip, status: 500 },
    { after: 'its key was unknown', payload: event(LONG), headers: { authorization: basic('x') }, status: 401 },
    {
      after: 'its source was over its rate',
      payload: event(LONG),
      headers: { authorization: basic('wk_0') },
      status: 429,
    },
  ])('after $after', async ({ payload, headers, status }) => {
    const sources = [source('a', 'wk_open'), source('b', 'wk_0', { max_requests_per_s: 0 })];
    await using stand = await startTestGateway({ ...TIGHT, sources });
    for (let turn = 0; turn < 4; turn += 1) expect((await post(stand, payload, headers)).statusCode).toBe(status);
    expect((await post(stand, event(LONG))).statusCode).toBe(413);
    expect((await post(stand, event(90_000))).statusCode).toBe(200);
  });

  test('after the spool refused it', async () => {
    await using stand = await startTestGateway(TIGHT, { maxBytes: 1000 });
    for (let turn = 0; turn < 4; turn += 1) expect((await post(stand, event(90_000))).statusCode).toBe(503);
    expect((await post(stand, event(LONG))).statusCode).toBe(413);
  });

  test('after its client disconnected in the middle of it', async () => {
    await using stand = await startTestGateway(TIGHT);
    for (let turn = 0; turn < 3; turn += 1) {
      const socket = await dial(stand);
      socket.write(`${head(`Content-Length: ${LONG}`)}{"userId":"u`);
      await arrived(stand);
      expect((await post(stand, event(90_000))).statusCode).toBe(503);
      socket.destroy();
      await until(stand, { status: 200, byteCount: 90_000 });
    }
  });

  test('not while it is still being written, even if its client has disconnected', async () => {
    const gated = gatedDisk();
    await using stand = await startTestGateway(TIGHT, gated);
    using disk = gated;
    const closed = new Promise((resolve) => stand.app.server.once('connection', (peer) => peer.once('close', resolve)));
    const socket = await dial(stand);
    socket.write(head('Content-Length: 90000') + event(90_000));
    await disk.reached;
    socket.resetAndDestroy();
    await closed;
    expect((await post(stand, event(LONG))).statusCode).toBe(503);
    disk.open();
    await until(stand, { status: 413, byteCount: LONG });
    expect(await stand.receipts()).toHaveLength(1);
  });

  test('after a pipelined request on a connection that broke', async () => {
    const gated = gatedDisk();
    await using stand = await startTestGateway({ ...TIGHT, maxConcurrentRequests: 2 }, gated);
    using disk = gated;
    const closed = new Promise((resolve) => stand.app.server.once('connection', (peer) => peer.once('close', resolve)));
    const socket = await dial(stand);
    const one = head('Content-Length: 40000') + event(40_000);
    socket.write(one + one);
    await arrived(stand, 2);
    await disk.reached;
    expect((await post(stand, event(100))).statusCode).toBe(503);
    socket.resetAndDestroy();
    await closed;
    disk.open();
    await until(stand, { status: 413, byteCount: LONG });
  });

  test('after a timeout, if a client announces much and sends little', async () => {
    await using stand = await startTestGateway(TIGHT, { server: requestTimeoutOptions(100) });
    const socket = await dial(stand);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(`${head(`Content-Length: ${LONG}`)}{`);
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await until(stand, { status: 200, byteCount: 90_000 });
  });
});

describe('Beyond the budget a request is refused with 503 immediately', () => {
  test('because of lengths that others announce, even before they send', async () => {
    await using stand = await startTestGateway(TIGHT);
    const socket = await dial(stand);
    socket.write(head(`Content-Length: ${LONG}`));
    await arrived(stand);
    expect((await post(stand, event(90_000))).statusCode).toBe(503);
    expect((await post(stand, event(1000))).statusCode).toBe(200);
    socket.destroy();
  });

  test('because of the maximum length, if a length is not announced', async () => {
    await using stand = await startTestGateway(TIGHT);
    const socket = await dial(stand);
    socket.write(`${head('Transfer-Encoding: chunked')}1\r\n{\r\n`);
    await arrived(stand);
    expect((await post(stand, event(40_000))).statusCode).toBe(503);
    socket.write('c\r\n"userId":"u"\r\n1\r\n}\r\n0\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await post(stand, event(LONG))).statusCode).toBe(413);
    socket.destroy();
  });

  test('not because of what a client without a key announces', async () => {
    await using stand = await startTestGateway(TIGHT);
    const socket = await dial(stand);
    socket.write(`POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: ${LONG}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
    expect((await post(stand, event(90_000))).statusCode).toBe(200);
    socket.destroy();
  });

  test('because of the largest unzipped size, for any number of concurrent requests', async () => {
    await using stand = await startTestGateway({ ...TIGHT, maxHeldBytes: 450_000 });
    const bombs = Array.from({ length: 20 }, () =>
      post(stand, gzipSync(Buffer.alloc(1_000_000)), { 'content-encoding': 'gzip' }),
    );
    const statuses = (await Promise.all(bombs)).map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).toEqual(new Set([413, 503]));
    expect((await post(stand, event(LONG))).statusCode).toBe(413);
  });

  test('because of the receipts of many small events, and none of them is stored', async () => {
    await using stand = await startTestGateway(TIGHT);
    const batch = (count: number) => JSON.stringify({ batch: Array.from({ length: count }, () => ({ userId: 1 })) });
    const send = (payload: string) =>
      stand.app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization }, payload });
    expect((await send(batch(5000))).statusCode).toBe(503);
    expect(await stand.receipts()).toEqual([]);
    expect((await send(batch(500))).statusCode).toBe(200);
    expect(await stand.receipts()).toHaveLength(500);
  });

  test('also for a pixel, which still returns the image', async () => {
    await using stand = await startTestGateway({ maxConcurrentRequests: 0 });
    const answer = await stand.app.inject('/pixel/v1/track?writeKey=wk_open&userId=u');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'image/gif']);
    expect(await stand.receipts()).toEqual([]);
  });
});
