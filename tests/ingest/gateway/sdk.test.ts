import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { expect, test } from 'vitest';
import { NOW, source, startTestGateway } from './test-gateway.ts';

test("RudderStack's own SDK delivers a hundred events over HTTP with gzip, and each is stored once", async () => {
  await using stand = await startTestGateway();
  const dataPlaneUrl = await stand.app.listen({ port: 0, host: '127.0.0.1' });
  const failures: unknown[] = [];
  const sdk = new RudderAnalytics('wk_open', {
    dataPlaneUrl,
    flushInterval: 0,
    logLevel: 'silent',
    errorHandler: (error) => failures.push(error),
  });
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  const acknowledged = numbers.map(
    (number) =>
      new Promise<void>((resolve) => {
        sdk.track({ userId: `dev_${number}`, event: 'Asset Used', properties: { quantity: `${number}` } }, resolve);
      }),
  );
  for (let turn = 0; turn < 10; turn += 1) await sdk.flush();
  await Promise.all(acknowledged);
  expect(failures).toEqual([]);
  const receipts = await stand.receipts();
  // The SDK may have several requests in progress, which arrive in any order.
  const byUser = new Map(receipts.map((receipt) => [receipt.message.userId, receipt]));
  expect([...byUser.keys()].sort()).toEqual(numbers.map((number) => `dev_${number}`).sort());
  expect(receipts.length).toBe(100);
  expect(new Set(receipts.map(({ message }) => message.messageId)).size).toBe(100);
  expect(byUser.get('dev_42')).toMatchObject({
    source_id: 'marketplace',
    request_ip: '127.0.0.1',
    message: { type: 'track', event: 'Asset Used', channel: 'server', properties: { quantity: '42' } },
  });
});

test("A source above its rate loses nothing: RudderStack's own SDK retries refused events, and each is stored once", async () => {
  let nowMs = Date.parse(NOW);
  await using stand = await startTestGateway({
    clock: { now: () => nowMs },
    sources: [source('marketplace', 'wk_open', { max_requests_per_s: 1 })],
  });
  const answers: number[] = [];
  stand.app.addHook('onSend', async (_request, { statusCode }) => {
    answers.push(statusCode);
    // A second passes after each refusal only.
    if (statusCode === 429) nowMs += 1000;
  });
  const dataPlaneUrl = await stand.app.listen({ port: 0, host: '127.0.0.1' });
  const failures: unknown[] = [];
  const sdk = new RudderAnalytics('wk_open', {
    dataPlaneUrl,
    flushAt: 1,
    flushInterval: 0,
    logLevel: 'silent',
    errorHandler: (error) => failures.push(error),
  });
  const numbers = [0, 1, 2, 3];
  for (const number of numbers) {
    await new Promise<void>((resolve) => {
      sdk.track({ userId: `dev_${number}`, event: 'Asset Used' }, () => resolve());
    });
  }
  expect(failures).toEqual([]);
  expect(answers).toEqual([200, 429, 200, 429, 200, 429, 200]);
  expect((await stand.receipts()).map(({ message }) => message.userId)).toEqual(numbers.map((n) => `dev_${n}`));
});
