import cron from 'node-cron';
import type { Logger } from 'pino';
import { lastClose } from '../transforms/ledger/closing.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, messageOf } from '../warehouse/errors.ts';
import { type Period, parsePeriod, periodOf, previousPeriod } from '../warehouse/period.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { closePeriod } from './close-period.ts';
import { fetchFromStripe } from './fetch-from-stripe.ts';
import { issueStatements } from './issue-statements.ts';
import type { Job, Services } from './job.ts';
import { loadEvents } from './load-events.ts';
import { planPayouts } from './payouts/plan-payouts.ts';
import { sendPayouts } from './payouts/send-payouts.ts';
import { pullFromStripe } from './pull-from-stripe.ts';
import { reconcileStripe } from './reconcile-stripe.ts';
import { runJob } from './run-job.ts';

export interface Schedule {
  readonly job: Job;
  /** When, as cron writes it, in UTC. */
  readonly cron: string;
  /** The same where each run costs something, because what it reads is billed. */
  readonly billedCron?: string;
  /** Which month a job about a period does: the earliest that has ended and is not closed, or the one closed last. */
  readonly month?: 'unclosed' | 'closed';
}

/**
 * The clock's work, in one table. Nothing here approves a payout: that is left to a person. What a month needs once is
 * tried on several days, because doing it again changes nothing, and one bad night must not cost a month. Payouts are sent
 * until the next month is closed, which waits for them.
 */
export const SCHEDULES: readonly Schedule[] = [
  { job: loadEvents, cron: '* * * * *', billedCron: '*/15 * * * *' },
  { job: fetchFromStripe, cron: '* * * * *' },
  { job: pullFromStripe, cron: '7 * * * *' },
  { job: closePeriod, cron: '0 4 2-8 * *', month: 'unclosed' },
  { job: issueStatements, cron: '30 4 2-8 * *', month: 'closed' },
  { job: planPayouts, cron: '0 5 2-8 * *', month: 'closed' },
  { job: sendPayouts, cron: '15 * * * *', month: 'closed' },
  { job: reconcileStripe, cron: '45 5 * * *', month: 'closed' },
];

/** Starts the clock: catches up what was missed while nothing ran, then follows the table. Gives the act that stops it. */
export async function startSchedule(services: Services, log: Logger): Promise<() => Promise<void>> {
  const tasks = SCHEDULES.map((schedule) => {
    const { job } = schedule;
    const expression = cronOn(services.warehouse, schedule);
    const task = cron.createTask(expression, () => fire(), { timezone: 'UTC', noOverlap: true, name: job.name });
    const fire = async (): Promise<void> => {
      await runScheduled(services, { schedule, log });
      await mark(services, { job, due: task.getNextRun() });
    };
    return { job, task, fire };
  });
  for (const { job, task, fire } of tasks) {
    const missed = await services.operational
      .selectFrom('schedule_marks')
      .select('next_due_at')
      .where('job', '=', job.name)
      .executeTakeFirst();
    await task.start();
    if (missed && missed.next_due_at <= instant(services.clock.now())) await fire();
    else await mark(services, { job, due: task.getNextRun() });
  }
  return async () => {
    for (const { task } of tasks) await task.destroy();
  };
}

/** When a job runs on a warehouse. */
export function cronOn({ engine }: Pick<Warehouse, 'engine'>, { cron, billedCron }: Schedule): string {
  return engine === 'bigquery' ? (billedCron ?? cron) : cron;
}

async function runScheduled(
  services: Services,
  { schedule: { job, month }, log }: { schedule: Schedule; log: Logger },
): Promise<void> {
  let period: Period | undefined;
  try {
    period = month && (await scheduledPeriod(services, month));
    if (month && !period) return;
    const outcome = await runJob(services, { job, period, startedBy: 'schedule' });
    log.info({ job: job.name, period, outcome }, 'done');
  } catch (error) {
    // What is already done, or has nothing to do yet, is no alarm.
    const level = error instanceof Conflict ? 'info' : 'error';
    log[level]({ job: job.name, period }, messageOf(error));
  }
}

/** The month that a scheduled run is about; none where there is nothing to do. A month that was missed is closed before the next. */
export async function scheduledPeriod(
  { warehouse, clock }: Pick<Services, 'warehouse' | 'clock'>,
  month: 'unclosed' | 'closed',
): Promise<Period | undefined> {
  const last = await lastClose(warehouse);
  if (month === 'closed') return last && parsePeriod(last.period);
  const ended = previousPeriod(periodOf(clock.now()));
  const next = last ? parsePeriod(last.next_period) : ended;
  return next <= ended ? next : undefined;
}

async function mark(services: Services, { job, due }: { job: Job; due: Date | null }): Promise<void> {
  if (!due) return;
  const next_due_at = due.toISOString();
  await services.operational
    .insertInto('schedule_marks')
    .values({ job: job.name, next_due_at })
    .onConflict((conflict) => conflict.column('job').doUpdateSet({ next_due_at }))
    .execute();
}
