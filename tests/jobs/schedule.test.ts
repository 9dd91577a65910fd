import cron from 'node-cron';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { closePeriod } from '../../jobs/close-period.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { cronOn, SCHEDULES, scheduledPeriod, startSchedule } from '../../jobs/schedule.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { january, PAYABLE } from './january.ts';
import { openWorld, type World } from './test-services.ts';

let operational: Operational;
let world: World;
beforeAll(async () => {
  world = await openWorld();
  ({ operational } = world.services);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.restart());

describe('the schedule', () => {
  test.each(SCHEDULES.map((schedule) => ({ name: schedule.job.name, ...schedule })))(
    '$name: $cron is a time that comes',
    ({ job, cron: expression }) => {
      expect(cron.validate(expression)).toBe(true);
      expect(SCHEDULES.filter((schedule) => schedule.job === job)).toHaveLength(1);
    },
  );

  test('loads less often where each load is billed for what it reads', () => {
    const crons = (engine: 'duckdb' | 'bigquery') =>
      Object.fromEntries(SCHEDULES.map((schedule) => [schedule.job.name, cronOn({ engine }, schedule)]));
    expect(crons('duckdb')['load-events']).toBe('* * * * *');
    expect(crons('bigquery')).toEqual({ ...crons('duckdb'), 'load-events': '*/15 * * * *' });
  });

  test('approves no payout', () => {
    expect(SCHEDULES.map(({ job }) => job)).not.toContain(approvePayouts);
  });

  test.each([
    ['2026-02-02T04:00:00.000Z', '2026-01'],
    ['2026-01-01T00:00:00.000Z', '2025-12'],
    ['2026-03-31T23:59:59.999Z', '2026-02'],
  ])('at %s the first closing is of %s, the month that ended last', async (now, period) => {
    world.at(now);
    expect(await scheduledPeriod(world.services, 'unclosed')).toBe(period);
    expect(await scheduledPeriod(world.services, 'closed')).toBeUndefined();
  });

  test('closes a month that was missed before the ones after it, and none that has not ended', async () => {
    await world.run(closePeriod, '2026-01');
    expect(await scheduledPeriod(world.services, 'unclosed')).toBeUndefined();
    expect(await scheduledPeriod(world.services, 'closed')).toBe('2026-01');
    world.at('2026-05-02T04:00:00.000Z');
    expect(await scheduledPeriod(world.services, 'unclosed')).toBe('2026-02');
  });
});

describe('starting the clock', () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const start = async () => {
    lines.length = 0;
    // What is due next is reckoned from the machine's clock; it stands still, so that no minute turns during a test.
    vi.useFakeTimers({ toFake: ['Date'], now: world.services.clock.now() });
    try {
      const schedule = await startSchedule(world.services, log);
      await schedule.caughtUp;
      await schedule.stop();
    } finally {
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

  test('runs nothing the first time, and marks when each job is due', async () => {
    await start();
    expect(await ran()).toEqual([]);
    expect(await marks()).toEqual([
      { job: 'close-period', next_due_at: '2026-02-03T04:00:00.000Z' },
      { job: 'fetch-from-stripe', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'issue-statements', next_due_at: '2026-02-02T04:30:00.000Z' },
      { job: 'load-events', next_due_at: '2026-02-02T04:01:00.000Z' },
      { job: 'plan-payouts', next_due_at: '2026-02-02T05:00:00.000Z' },
      { job: 'pull-stripe', next_due_at: '2026-02-02T04:07:00.000Z' },
      { job: 'reconcile-stripe', next_due_at: '2026-02-02T05:45:00.000Z' },
      { job: 'send-payouts', next_due_at: '2026-02-02T04:15:00.000Z' },
    ]);
  });

  test('catches up what was missed while nothing ran, and not what is still to come', async () => {
    await world.happens(...january(PAYABLE, world.stripe));
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
  });

  test('goes on after a job that fails, and raises an alarm for what is no conflict', async () => {
    await due('pull-stripe', '2026-02-01T00:00:00.000Z');
    await due('load-events', '2026-02-01T00:00:00.000Z');
    world.faults(() => ({ forbidden: 'This key may not read it.' }));
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

  test('sends what waits of the month that was closed last, also when another month has ended', async () => {
    await world.happens(...january(PAYABLE, world.stripe));
    await world.run(closePeriod, '2026-01');
    await world.run(planPayouts, '2026-01', 'ada');
    await world.run(approvePayouts, '2026-01', 'ben');
    world.at('2026-03-01T00:15:00.000Z');
    await due('send-payouts', '2026-03-01T00:15:00.000Z');
    await start();
    expect(lines).toMatchObject([{ job: 'send-payouts', period: '2026-01', outcome: { sent: 3 } }]);
    expect(world.stripe.transfers()).toHaveLength(3);
  });

  test('sends nothing while no month is closed', async () => {
    await due('send-payouts', '2026-02-01T00:00:00.000Z');
    await start();
    expect(await ran()).toEqual([]);
    expect(lines).toEqual([]);
  });
});
