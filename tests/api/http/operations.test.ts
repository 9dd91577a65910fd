import { afterAll, beforeAll, expect, test } from 'vitest';
import { quarantinedEvents } from '../../../ingest/load/landing-tables.ts';
import { SCHEDULES } from '../../../jobs/schedule.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import { broken } from '../../ingest/load/loading.ts';
import { receiptLine } from '../../ingest/load/receipts.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const get = async (path: string) => (await api.request('operator', `/v1${path}`)).json();

const started = async (job: string, options: object = {}) =>
  (
    await api.request('operator', `/v1/jobs/${job}/runs`, { method: 'POST', payload: { ...options, wait: true } })
  ).json();

test('the jobs say who may start them, when they run, and how the last run ended', async () => {
  await api.services.operational
    .insertInto('schedule_marks')
    .values({ job: 'load-events', next_due_at: '2026-02-02T06:01:00.000Z' })
    .execute();
  const { run_id } = await started('load-events');
  const { data } = await get('/jobs');
  const jobs = new Map<string, { schedule: unknown }>(data.map((each: { job: string }) => [each.job, each]));
  expect(jobs.get('load-events')).toMatchObject({
    starters: ['finance', 'operator'],
    schedule: { cron: '* * * * *', months: null, next_due_at: '2026-02-02T06:01:00.000Z' },
    last_run: { run_id, state: 'done' },
  });
  expect(jobs.get('close-period')).toMatchObject({
    schedule: { months: 'unclosed', next_due_at: null },
    last_run: null,
  });
  expect(jobs.get('send-payouts')).toMatchObject({ needs_second_factor: true, about: 'period' });
  const scheduled = [...jobs].flatMap(([job, { schedule }]) => (schedule ? [job] : []));
  expect(scheduled.sort()).toEqual(SCHEDULES.map(({ job }) => job.name).sort());
});

test('the runs can be listed by their state', async () => {
  const failed = await api.request('operator', '/v1/jobs/pull-stripe/runs', {
    ...{ method: 'POST', payload: { wait: true } },
  });
  expect(failed.statusCode).toBe(503);
  const { data } = await get('/runs?state=failed');
  expect(data).toMatchObject([{ job: 'pull-stripe', error: expect.stringContaining('STRIPE_API_KEY') }]);
});

/** An event that conforms to the catalogue, quarantined as if under another one. */
const row = (id: number, more: Partial<Row<typeof quarantinedEvents>>): Row<typeof quarantinedEvents> => ({
  ...{ message_id: `m_${id}`, source_id: 'marketplace', is_from_browser: false, is_about_money: true },
  ...{ event: 'License Purchased', violation: 'Required-Missing', violation_path: '/properties/amount' },
  ...{ reason: 'amount is missing.', message: '{"event":"License Purchased"}' },
  ...{ received_at: `2026-02-0${id}T00:00:00.000Z`, loaded_at: '2026-02-09T00:00:00.000Z' },
  ...more,
});

test('the quarantine is listed by reason, opened to one event, and replayed by reason', async () => {
  await api.services.spool.append([receiptLine(broken(1)), receiptLine(broken(2))]);
  await started('load-events');
  await api.services.warehouse.transaction((writer) =>
    writer.append(quarantinedEvents, [row(3, {}), row(4, {}), row(5, { reason: 'rate is no number.' })]),
  );
  const { data } = await get('/quarantine');
  const counts = data.map(({ reason, event_count }: { reason: string; event_count: number }) => [reason, event_count]);
  expect(counts).toHaveLength(3);
  expect(counts).toContainEqual(['amount is missing.', 2]);

  const group = new URLSearchParams({ reason: 'amount is missing.', event: 'License Purchased' });
  const listed = await get(`/quarantine/events?${group}`);
  expect(listed).toMatchObject({ data: [{ message_id: 'm_4' }, { message_id: 'm_3' }], has_more: false });
  const one = await get('/quarantine/events/m_4');
  expect(one.data).toMatchObject([{ violation_path: '/properties/amount', message: '{"event":"License Purchased"}' }]);
  expect((await api.request('operator', '/v1/quarantine/events/none')).statusCode).toBe(404);

  const { reason } = data.find(({ event }: { event: string }) => event !== 'License Purchased');
  expect((await started('replay-rejected', { options: { reason } })).outcome).toMatchObject({ replayed: 2 });
  const none = { reason, event: 'License Purchased' };
  expect((await started('replay-rejected', { options: none })).outcome).toMatchObject({ replayed: 0 });
  const wrong = await api.request('operator', '/v1/jobs/replay-rejected/runs', {
    ...{ method: 'POST', payload: { options: { cause: 'x' } } },
  });
  expect([wrong.statusCode, wrong.json().detail]).toEqual([400, expect.stringContaining('no option cause')]);
});

test('the stores say what they have, and what waits', async () => {
  const [line] = [receiptLine(broken(9))];
  await api.services.spool.append([line]);
  const { stores, waiting, last_loaded_at, last_backup_at } = await get('/stores');
  expect(stores.map(({ store, obstacle }: { store: string; obstacle: null }) => [store, obstacle])).toEqual([
    ['warehouse', null],
    ['control', null],
    ['documents', null],
    ['spool', null],
  ]);
  const sizes = Object.fromEntries(stores.map(({ store, ...sizes }: { store: string }) => [store, sizes]));
  expect(sizes.warehouse).toMatchObject({ size_bytes: null });
  expect(sizes.control.size_bytes).toBeGreaterThan(1_000_000);
  expect(sizes.spool).toMatchObject({ size_bytes: line.length + 1, free_bytes: expect.any(Number) });
  expect(waiting).toMatchObject({ spool_bytes: line.length + 1, quarantined_events: 5 });
  expect([last_loaded_at, last_backup_at]).toEqual([expect.any(String), null]);
});
