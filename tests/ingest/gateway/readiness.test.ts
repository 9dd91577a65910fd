import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spoolProbe } from '../../../ingest/gateway/readiness.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { FailingDisk } from '../spool/failing-disk.ts';
import { basic, NOW, startTestGateway, type TestGateway } from './test-gateway.ts';

/** A clock that the test sets. */
function manualClock() {
  let nowMs = Date.parse(NOW);
  return {
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

async function ready({ app }: TestGateway): Promise<[number, string | null]> {
  const response = await app.inject('/ready');
  const { ready, reason } = response.json();
  expect(ready).toBe(response.statusCode === 200);
  return [response.statusCode, reason];
}

function track({ app }: TestGateway, text = '') {
  const headers = { authorization: basic('wk_open') };
  return app.inject({ method: 'POST', url: '/v1/track', headers, payload: { userId: 'u', text } });
}

test('A gateway is ready while its disk works, gives the reason when it does not, and recovers by itself', async () => {
  const clock = manualClock();
  const disk = new FailingDisk();
  await using stand = await startTestGateway({ clock }, { disk });
  expect(await ready(stand)).toEqual([200, null]);
  disk.failing.add('write');
  clock.pass(1000);
  const full = 'Events cannot be accepted now: ENOSPC: no space left on device, write.';
  expect(await ready(stand)).toEqual([503, full]);
  expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'FALSE' });
  disk.failing.clear();
  expect(await ready(stand)).toEqual([503, full]);
  clock.pass(1000);
  expect(await ready(stand)).toEqual([200, null]);
  expect((await stand.app.inject('/health')).json()).toMatchObject({ server: 'UP', acceptingEvents: 'TRUE' });
  expect(await stand.receipts()).toEqual([]);
});

test('A gateway that has just refused an event is not ready, although the disk was probed a moment ago', async () => {
  const disk = new FailingDisk();
  await using stand = await startTestGateway({}, { disk });
  expect(await ready(stand)).toEqual([200, null]);
  disk.failing.add('sync');
  expect((await track(stand)).statusCode).toBe(503);
  expect(await ready(stand)).toEqual([503, 'Events cannot be accepted now: ENOSPC: no space left on device, sync.']);
});

test('A gateway with a full spool is ready again when the waiting segments are loaded', async () => {
  const clock = manualClock();
  await using stand = await startTestGateway({ clock }, { maxBytes: 100_000 });
  expect((await track(stand, 'x'.repeat(60_000))).statusCode).toBe(200);
  const [status, sentence] = await ready(stand);
  expect([status, sentence]).toEqual([
    503,
    expect.stringMatching(
      /^Events cannot be accepted now: the spool is full: \d+ of 100000 bytes are waiting to be loaded\.$/,
    ),
  ]);
  await stand.spool.seal();
  for (const { segment_id } of await stand.spool.segments()) await stand.spool.remove(segment_id);
  clock.pass(1000);
  expect(await ready(stand)).toEqual([200, null]);
});

test('A gateway says how much waits to be loaded, and since when, also after a restart', async () => {
  const clock = manualClock();
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, 'spool');
  const backlog = async ({ app }: TestGateway) => (await app.inject('/ready')).json().backlog;
  {
    await using stand = await startTestGateway({ clock }, { folder, clock });
    expect(await backlog(stand)).toEqual({ byte_count: 0, sealed_count: 0, oldest_age_ms: null });
    await track(stand);
    clock.pass(5000);
    await track(stand);
    const byte_count = stand.spool.state().waiting_bytes;
    expect(byte_count).toBeGreaterThan(100);
    expect(await backlog(stand)).toEqual({ byte_count, sealed_count: 0, oldest_age_ms: 5000 });
  }
  await using stand = await startTestGateway({ clock }, { folder, clock });
  clock.pass(60_000);
  await track(stand);
  expect(await backlog(stand)).toMatchObject({ sealed_count: 1, oldest_age_ms: 65_000 });
  for (const { segment_id } of await stand.spool.segments()) await stand.spool.remove(segment_id);
  clock.pass(-1000);
  expect(await backlog(stand)).toMatchObject({ sealed_count: 0, oldest_age_ms: 0 });
});

test('A gateway whose spool is closed is not ready', async () => {
  await using stand = await startTestGateway();
  await stand.spool.close();
  expect(await ready(stand)).toEqual([503, 'Events cannot be accepted now: it is closed.']);
});

test('The disk is probed once for all concurrent requests, and once per second, whatever the clock does', async () => {
  const clock = manualClock();
  const disk = new FailingDisk();
  await using stand = await startTestGateway({ clock }, { disk });
  const probe = spoolProbe({ spool: stand.spool, clock });
  const probeOften = () => Promise.all(Array.from({ length: 50 }, probe));
  expect(await probeOften()).toEqual(Array.from({ length: 50 }, () => null));
  await probeOften();
  expect(disk.syncCount).toBe(1);
  clock.pass(999);
  await probeOften();
  expect(disk.syncCount).toBe(1);
  clock.pass(1);
  await probeOften();
  expect(disk.syncCount).toBe(2);
  clock.pass(-86_400_000);
  await probeOften();
  await probeOften();
  expect(disk.syncCount).toBe(3);
});
