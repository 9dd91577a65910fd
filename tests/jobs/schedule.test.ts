import cron from 'node-cron';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { acknowledge } from '../../jobs/exceptions.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { cronOn, SCHEDULES, scheduledPeriod, startSchedule } from '../../jobs/schedule.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { recordJanuary, sale } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let operational: Operational;
let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  ({ operational } = harness.services);
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => harness.restart());

describe('the schedule', () => {
  test.each(SCHEDULES.map((schedule) => ({ name: schedule.job.name, ...schedule })))(
    '$name: $cron is a valid cron expression',
    ({ job, cron: expression }) => {
      expect(cron.validate(expression)).toBe(true);
      expect(SCHEDULES.filter((schedule) => schedule.job === job)).toHaveLength(1);
    },
  );

  test('loads less often on BigQuery, which bills each load', () => {
    const crons = (engine: 'duckdb' | 'bigquery') =>
      Object.fromEntries(SCHEDULES.map((schedule) => [schedule.job.name, cronOn({ engine }, schedule)]));
    expect(crons('duckdb')['load-events']).toBe('* * * * *');
    expect(crons('bigquery')).toEqual({ ...crons('duckdb'), 'load-events': '*/15 * * * *' });
  });

  test('compares with Stripe each night after a pull and the closing, and before payouts are planned, as in a catch-up', () => {
    const names = SCHEDULES.map(({ job }) => job.name);
    const inOrder = ['pull-stripe', 'close-period', 'reconcile-stripe', 'plan-payouts', 'send-payouts'];
    expect(names.filter((name) => inOrder.includes(name))).toEqual(inOrder);
    const nightly = (name: string): number => {
      const [minute, hour] = SCHEDULES.find(({ job }) => job.name === name)?.cron.split(' ') ?? [];
      return Number(hour === '*' ? 4 : hour) * 60 + Number(minute);
    };
    const nights = inOrder.slice(0, 4).sort((a, b) => nightly(a) - nightly(b));
    expect(nights).toEqual(['close-period', 'pull-stripe', 'reconcile-stripe', 'plan-payouts']);
  });

  test('never approves payouts', () => {
    expect(SCHEDULES.map(({ job }) => job)).not.toContain(approvePayouts);
  });

  test.each([
    ['2026-02-02T04:00:00.000Z', '2026-01'],
    ['2026-01-01T00:00:00.000Z', '2025-12'],
    ['2026-03-31T23:59:59.999Z', '2026-02'],
  ])('at %s the first closing is for %s, the month that ended last', async (now, period) => {
    harness.setTime(now);
    expect(await scheduledPeriod(harness.services, 'unclosed')).toBe(period);
    expect(await scheduledPeriod(harness.services, 'closed')).toBeUndefined();
  });
});

describe('starting the schedule', () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const start = async () => {
    lines.length = 0;
    // The next due time is computed from the machine's clock, which is frozen so that no minute passes during a test.
    vi.useFakeTimers({ toFake: ['Date'], now: harness.services.clock.now() });
    // PGlite computes from that clock how long it waits: ten months, which no timer can.
    const { setTimeout } = globalThis;
    vi.stubGlobal('setTimeout', (act: () => void, delayMs = 0) => setTimeout(act, Math.min(delayMs, 2 ** 31 - 1)));
    try {
      const schedule = await startSchedule(harness.services, log);
      await schedule.caughtUp;
      await schedule.stop();
    } finally {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    }
  };
  const due = (job: string, next_due_at: string) =>
    operational.insertInto('schedule_marks').values({ job, next_due_at }).execute();
  const ran = async () =>
    (await operational.selectFrom('job_runs').select(['job', 'period', 'state', 'started_by']).execute()).sort(
      (a, b) => (a.job < b.job ? -1 : 1),
    );
  const marks = () => operational.selectFrom('schedule_marks').selectAll().orderBy('job').execute();

  test('runs nothing the first time, and records when each job is due', async () => {
    await start();
    expect(await ran()).toEqual([]);
    expect(await marks()).toEqual([
      { job: 'cancel-long-queries', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'close-period', next_due_at: '2026-02-03T04:00:00.000Z' },
      { job: 'confirm-payouts', next_due_at: '2026-02-02T04:12:00.000Z' },
      { job: 'delete-app-access', next_due_at: '2026-02-03T03:35:00.000Z' },
      { job: 'delete-expired-records', next_due_at: '2026-02-03T03:45:00.000Z' },
      { job: 'erase-tax-profiles', next_due_at: '2026-02-03T03:20:00.000Z' },
      { job: 'fetch-from-stripe', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'issue-statements', next_due_at: '2026-02-02T04:30:00.000Z' },
      { job: 'load-events', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'plan-payouts', next_due_at: '2026-02-02T05:00:00.000Z' },
      { job: 'publish-marts', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'pull-stripe', next_due_at: '2026-02-02T04:07:00.000Z' },
      { job: 'reconcile-stripe', next_due_at: '2026-02-02T04:40:00.000Z' },
      { job: 'request-instant-payouts', next_due_at: '2026-02-02T04:05:00.000Z' },
      { job: 'rotate-tax-keys', next_due_at: '2026-02-03T03:25:00.000Z' },
      { job: 'send-notices', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'send-payouts', next_due_at: '2026-02-02T04:15:00.000Z' },
    ]);
  });

  test('runs jobs that were missed while it was down, for the month they are due for, and none that is due later', async () => {
    await recordJanuary(harness);
    await due('close-period', '2026-02-02T04:00:00.000Z');
    await due('load-events', '2026-01-20T04:00:00.000Z');
    await due('plan-payouts', '2026-02-02T04:00:00.001Z');
    await start();
    expect(await ran()).toEqual([
      { job: 'close-period', period: '2026-01', state: 'done', started_by: 'schedule' },
      { job: 'load-events', period: '', state: 'done', started_by: 'schedule' },
    ]);
    for (const { next_due_at, job } of await marks()) {
      expect(next_due_at > '2026-02-02T04:00:00.000Z', `${job} is due at ${next_due_at}`).toBe(true);
    }
    await start();
    expect(await ran()).toHaveLength(2);

    // The missed month is closed before later ones, and no month that has not ended.
    expect(await scheduledPeriod(harness.services, 'unclosed')).toBeUndefined();
    expect(await scheduledPeriod(harness.services, 'closed')).toBe('2026-01');
    harness.setTime('2026-05-02T04:00:00.000Z');
    expect(await scheduledPeriod(harness.services, 'unclosed')).toBe('2026-02');

    // The waiting payouts are those of the last closed month, even when another month has ended.
    harness.setTime('2026-03-01T00:15:00.000Z');
    await harness.run(planPayouts, '2026-01', 'ada');
    await harness.run(approvePayouts, '2026-01', 'ben');
    await operational.deleteFrom('schedule_marks').execute();
    await due('send-payouts', '2026-03-01T00:15:00.000Z');
    await start();
    expect(lines).toMatchObject([{ job: 'send-payouts', period: '2026-01', outcome: { sent: 3 } }]);
    expect(harness.stripe.transfers()).toHaveLength(3);
  });

  test('continues after a failed job, and logs an error unless the failure is a conflict', async () => {
    await due('pull-stripe', '2026-02-01T00:00:00.000Z');
    await due('load-events', '2026-02-01T00:00:00.000Z');
    harness.faults(() => ({ forbidden: 'This key may not read it.' }));
    await start();
    expect((await ran()).map(({ job, state }) => [job, state])).toEqual([
      ['load-events', 'done'],
      ['pull-stripe', 'failed'],
    ]);
    expect(lines.map(({ job, level }) => [job, level])).toEqual([
      ['load-events', 30],
      ['pull-stripe', 50],
    ]);
  });

  test('tries a closing that exceptions prevent again the next day, until they are acknowledged', async () => {
    const unknown = { name: 'unknown', currency: 'USD', sales: [] };
    await recordJanuary(harness);
    await harness.recordEvents(
      sale(unknown, { id: 'u', amount: '12.00', at: '2026-01-15T12:00:00.000Z', stripe: harness.stripe }),
    );
    await due('close-period', '2026-02-02T04:00:00.000Z');
    await start();
    expect(lines).toMatchObject([
      {
        level: 30,
        job: 'close-period',
        period: '2026-01',
        msg: expect.stringMatching(/^1 exception of 2026-01 is not acknowledged: terms_missing 1 \(12\.00 USD\)\./),
      },
    ]);
    expect(await marks()).toContainEqual({ job: 'close-period', next_due_at: '2026-02-03T04:00:00.000Z' });
    await acknowledge(harness.services, {
      period: parsePeriod('2026-01'),
      reason: 'terms_missing',
      sentence: 'The terms come later.',
      by: 'Ada',
    });
    harness.setTime('2026-02-03T04:00:00.000Z');
    await start();
    expect(await ran()).toContainEqual({
      job: 'close-period',
      period: '2026-01',
      state: 'done',
      started_by: 'schedule',
    });
  });

  test('sends no payouts before the first closing', async () => {
    await due('send-payouts', '2026-02-01T00:00:00.000Z');
    await start();
    expect(await ran()).toEqual([]);
    expect(lines).toEqual([]);
  });
});
