import { expect, test } from 'vitest';
import { spoolProbe } from '../../../ingest/gateway/readiness.ts';
import { FailingDisk } from '../spool/failing-disk.ts';
import { basic, gatewayStand, NOW, type Stand } from './test-gateway.ts';

/** A clock to be set by hand, from the stand's own time. */
function handClock() {
  let nowMs = Date.parse(NOW);
  return {
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

async function ready({ app }: Stand): Promise<[number, string]> {
  const { statusCode, body, headers } = await app.inject('/ready');
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  return [statusCode, body];
}

function track({ app }: Stand, text = '') {
  const headers = { authorization: basic('wk_open') };
  return app.inject({ method: 'POST', url: '/v1/track', headers, payload: { userId: 'u', text } });
}

test('A gateway is ready while its disk takes events, says why it is not, and finds out by itself that it is again', async () => {
  const clock = handClock();
  const disk = new FailingDisk();
  await using stand = await gatewayStand({ clock }, { disk });
  expect(await ready(stand)).toEqual([200, 'ready']);
  disk.failing.add('write');
  clock.pass(1000);
  const full = 'The spool cannot take events now: ENOSPC: no space left on device, write.\n';
  expect(await ready(stand)).toEqual([503, full]);
  expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'FALSE' });
  disk.failing.clear();
  expect(await ready(stand)).toEqual([503, full]);
  clock.pass(1000);
  expect(await ready(stand)).toEqual([200, 'ready']);
  expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'TRUE' });
  expect(await stand.receipts()).toEqual([]);
});

test('A gateway that has just refused an event is not ready, though the disk was asked a moment ago', async () => {
  const disk = new FailingDisk();
  await using stand = await gatewayStand({}, { disk });
  expect(await ready(stand)).toEqual([200, 'ready']);
  disk.failing.add('sync');
  expect((await track(stand)).statusCode).toBe(503);
  expect(await ready(stand)).toEqual([
    503,
    'The spool cannot take events now: ENOSPC: no space left on device, sync.\n',
  ]);
});

test('A gateway over a spool at its bound is ready again when what waits was loaded', async () => {
  const clock = handClock();
  await using stand = await gatewayStand({ clock }, { maxBytes: 100_000 });
  expect((await track(stand, 'x'.repeat(60_000))).statusCode).toBe(200);
  const [status, sentence] = await ready(stand);
  expect([status, sentence]).toEqual([
    503,
    expect.stringMatching(/^The spool cannot take events now: \d+ of 100000 bytes wait to be loaded\.\n$/),
  ]);
  await stand.spool.seal();
  for (const { segment_id } of await stand.spool.segments()) await stand.spool.remove(segment_id);
  clock.pass(1000);
  expect(await ready(stand)).toEqual([200, 'ready']);
});

test('A gateway whose spool is closed is not ready', async () => {
  await using stand = await gatewayStand();
  await stand.spool.close();
  expect(await ready(stand)).toEqual([503, 'The spool cannot take events now: it is closed.\n']);
});

test('The disk is asked once for all who ask at once, and once a second, whatever the clock does', async () => {
  const clock = handClock();
  const disk = new FailingDisk();
  await using stand = await gatewayStand({ clock }, { disk });
  const ask = spoolProbe({ spool: stand.spool, clock });
  const askOften = () => Promise.all(Array.from({ length: 50 }, ask));
  expect(await askOften()).toEqual(Array.from({ length: 50 }, () => null));
  await askOften();
  expect(disk.syncCount).toBe(1);
  clock.pass(999);
  await askOften();
  expect(disk.syncCount).toBe(1);
  clock.pass(1);
  await askOften();
  expect(disk.syncCount).toBe(2);
  clock.pass(-86_400_000);
  await askOften();
  await askOften();
  expect(disk.syncCount).toBe(3);
});
