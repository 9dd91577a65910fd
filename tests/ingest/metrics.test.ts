import { expect, test } from 'vitest';
import { basic, startTestGateway, type TestGateway } from './gateway/test-gateway.ts';
import { broken, Loading, signUp } from './load/loading.ts';

/** The values of the metrics by name and labels. */
async function metrics({ app }: TestGateway): Promise<ReadonlyMap<string, number>> {
  const response = await app.inject('/metrics');
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    200,
    expect.stringContaining('text/plain; version=0.0.4'),
  ]);
  const lines = response.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('Counts what is accepted and loaded, and shows what waits', async () => {
  const clock = { now: () => atMs };
  let atMs = Date.parse('2026-01-31T00:00:00.000Z');
  await using stand = await startTestGateway({ clock }, { clock });
  await using loading = await Loading.open();
  const before = await metrics(stand);
  const batch = [signUp(1), signUp(1), broken(2)];
  const headers = { authorization: basic('wk_open') };
  const post = (payload: object) => stand.app.inject({ method: 'POST', url: '/v1/batch', headers, payload });
  expect((await post({ batch })).statusCode).toBe(200);
  expect((await post({ batch: [{ event: 'without an id' }] })).statusCode).toBe(400);
  atMs += 90_000;

  const waiting = await metrics(stand);
  expect(waiting.get('tantieme_backlog_bytes')).toBe(stand.spool.state().waiting_bytes);
  expect(waiting.get('tantieme_backlog_age_seconds')).toBe(90);
  expect(waiting.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  expect(waiting.get('process_cpu_seconds_total')).toBeGreaterThan(0);

  await loading.load({ spool: stand.spool });
  const after = await metrics(stand);
  const change = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect({
    accepted: change('tantieme_events_accepted_total'),
    landed: change('tantieme_events_loaded_total{outcome="landed"}'),
    duplicates: change('tantieme_events_loaded_total{outcome="duplicate"}'),
    quarantined: change('tantieme_events_loaded_total{outcome="quarantined"}'),
    loads: change('tantieme_loads_total{outcome="loaded"}'),
    waiting: after.get('tantieme_backlog_bytes'),
    age: after.get('tantieme_backlog_age_seconds'),
  }).toEqual({ accepted: 3, landed: 1, duplicates: 1, quarantined: 1, loads: 1, waiting: 0, age: 0 });
});
