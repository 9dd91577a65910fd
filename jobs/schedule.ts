import cron from 'node-cron';
import type { Logger } from 'pino';
import { lastClose } from '../transforms/ledger/closing.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, messageOf } from '../warehouse/errors.ts';
import { type Period, parsePeriod, periodOf, previousPeriod } from '../warehouse/period.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { activeRunsIn } from './active-runs.ts';
import { closePeriod } from './close-period.ts';
import { cronLogger } from './cron-logger.ts';
import { deleteAppAccess } from './delete-app-access.ts';
import { fetchFromStripe } from './fetch-from-stripe.ts';
import { isSealingDue } from './invoices/billing-profiles.ts';
import { issueStatements } from './issue-statements.ts';
import type { Job, Services } from './job.ts';
import { loadEvents } from './load-events.ts';
import { sendNotices } from './notices/send-notices.ts';
import { confirmPayouts } from './payouts/confirm-payouts.ts';
import { isInstantPayoutDue, requestInstantPayouts } from './payouts/instant/request-instant-payouts.ts';
import { planPayouts } from './payouts/plan-payouts.ts';
import { sendPayouts } from './payouts/send-payouts.ts';
import { periodsToReconcile } from './periods-to-reconcile.ts';
import { cancelLongQueries, hasDatabase } from './publish-marts/cancel-long-queries.ts';
import { isPublicationDue, publishMarts } from './publish-marts/publish-marts.ts';
import { pullFromStripe } from './pull-from-stripe.ts';
import { reconcileStripe } from './reconcile-stripe.ts';
import { resumeRuns } from './resume-runs.ts';
import { deleteExpiredRecords, isDeletionDue } from './retention/delete-expired-records.ts';
import { runJob } from './run-job.ts';
import { eraseTaxProfiles } from './tax/erase-profiles.ts';
import { rotateTaxKeys } from './tax/rotate-keys.ts';

export interface Schedule {
  readonly job: Job;
  /** A cron expression, in UTC. */
  readonly cron: string;
  /** The cron expression on a warehouse that bills for reading. */
  readonly billedCron?: string;
  /**
   * The months for a job about a period: the earliest one that has ended and is not closed; the latest closed one; or all that
   * `periodsToReconcile` names.
   */
  readonly month?: 'unclosed' | 'closed' | 'unsettled';
  /** Whether there is anything to do; without it, there always may be. */
  readonly isDue?: (services: Services) => Promise<boolean>;
}

/**
 * The scheduled jobs. None approves payouts: a person does. Monthly jobs run on several days, so one failed night does not
 * delay the month; running one again changes nothing. Payouts are sent until the next month is closed, which needs them sent or on hold.
 * Months are compared with Stripe after the night's pull and the closing, and before payouts are planned: what it finds holds payouts.
 */
export const SCHEDULES: readonly Schedule[] = [
  { job: loadEvents, cron: '* * * * *', billedCron: '*/15 * * * *' },
  { job: fetchFromStripe, cron: '* * * * *' },
  { job: pullFromStripe, cron: '7 * * * *' },
  { job: confirmPayouts, cron: '12 * * * *' },
  { job: closePeriod, cron: '0 4 2-8 * *', month: 'unclosed' },
  { job: issueStatements, cron: '30 4 2-8 * *', month: 'closed' },
  { job: reconcileStripe, cron: '40 4 * * *', month: 'unsettled' },
  { job: planPayouts, cron: '0 5 2-8 * *', month: 'closed' },
  { job: sendPayouts, cron: '15 * * * *', month: 'closed' },
  { job: requestInstantPayouts, cron: '*/5 * * * *', isDue: isInstantPayoutDue },
  { job: eraseTaxProfiles, cron: '20 3 * * *' },
  { job: rotateTaxKeys, cron: '25 3 * * *', isDue: isSealingDue },
  { job: publishMarts, cron: '* * * * *', isDue: isPublicationDue },
  { job: cancelLongQueries, cron: '* * * * *', isDue: hasDatabase },
  { job: sendNotices, cron: '* * * * *' },
  { job: deleteAppAccess, cron: '35 3 * * *' },
  { job: deleteExpiredRecords, cron: '45 3 * * *', isDue: isDeletionDue },
];

interface RunningSchedule {
  /** Resolves when the runs that were missed or interrupted before the start have been run; never rejects. */
  readonly caughtUp: Promise<void>;
  /** Starts no further run. Active runs continue; `stopRuns` ends them. */
  stop(): Promise<void>;
}

/** Every minute: a run that a stopped server abandoned can be resumed only after its lease has expired. */
const RESUME_CRON = '* * * * *';

/** Starts the scheduled jobs, and in the background runs those that were missed or interrupted before the start. */
export async function startSchedule(services: Services, log: Logger): Promise<RunningSchedule> {
  const active = activeRunsIn(services.operational);
  const background = <T>(work: Promise<T>): Promise<T> => {
    active.addBackground(work);
    return work;
  };
  const options = { timezone: 'UTC', noOverlap: true, logger: cronLogger(log) };
  const tasks = SCHEDULES.map((schedule) => {
    const { job } = schedule;
    const expression = cronOn(services.warehouse, schedule);
    const fire = async (): Promise<void> => {
      if (await runScheduled(services, { schedule, log })) await mark(services, { job, due: task.getNextRun(), log });
    };
    const task = cron.createTask(expression, () => background(fire()), { ...options, name: job.name });
    return { job, task, fire };
  });
  const resume = (): Promise<void> =>
    resumeRuns(services, log).catch((error) => log.error(`Interrupted runs could not be resumed: ${messageOf(error)}`));
  const resuming = cron.createTask(RESUME_CRON, () => background(resume()), { ...options, name: 'resume-runs' });

  const missed: (() => Promise<void>)[] = [resume];
  for (const { job, task, fire } of tasks) {
    const wasMissed = await isOverdue(services, job);
    await task.start();
    if (wasMissed) missed.push(fire);
    else await mark(services, { job, due: task.getNextRun(), log });
  }
  await resuming.start();
  const catchUp = async (): Promise<void> => {
    for (const run of missed) if (active.isOpen) await run();
  };
  return {
    caughtUp: background(catchUp()),
    async stop() {
      for (const task of [resuming, ...tasks.map((each) => each.task)]) await task.destroy();
    },
  };
}

/** The cron expression of a job on this warehouse. */
export function cronOn({ engine }: Pick<Warehouse, 'engine'>, { cron, billedCron }: Schedule): string {
  return engine === 'bigquery' ? (billedCron ?? cron) : cron;
}

/** Whether this occurrence is finished; an interrupted run stays due and runs at the next start. */
async function runScheduled(
  services: Services,
  { schedule: { job, month, isDue }, log }: { schedule: Schedule; log: Logger },
): Promise<boolean> {
  const active = activeRunsIn(services.operational);
  if (!active.isOpen) return false;
  try {
    if (isDue && !(await isDue(services))) return true;
    for (const period of month ? await scheduledPeriods(services, month) : [undefined]) {
      if (!(await runOnce(services, { job, period, log }))) return false;
    }
  } catch (error) {
    log.error({ job: job.name }, messageOf(error));
  }
  return true;
}

/** Runs a job for one month; a failure is logged, and does not stop the other months. Returns false if the server is shutting down. */
async function runOnce(
  services: Services,
  { job, period, log }: { job: Job; period: Period | undefined; log: Logger },
): Promise<boolean> {
  const active = activeRunsIn(services.operational);
  if (!active.isOpen) return false;
  try {
    const outcome = await runJob(services, { job, period, startedBy: 'schedule' });
    log.info({ job: job.name, period, outcome }, 'done');
  } catch (error) {
    // A job with nothing to do, or one that will run again, is no error.
    const level = error instanceof Conflict || !active.isOpen ? 'info' : 'error';
    log[level]({ job: job.name, period }, messageOf(error));
    if (!active.isOpen) return false;
  }
  return true;
}

async function scheduledPeriods(services: Services, month: 'unclosed' | 'closed' | 'unsettled'): Promise<Period[]> {
  if (month === 'unsettled') return periodsToReconcile(services);
  const period = await scheduledPeriod(services, month);
  return period === undefined ? [] : [period];
}

async function isOverdue({ operational, clock }: Services, { name }: Job): Promise<boolean> {
  const marked = await operational
    .selectFrom('schedule_marks')
    .select('next_due_at')
    .where('job', '=', name)
    .executeTakeFirst();
  return marked !== undefined && marked.next_due_at <= instant(clock.now());
}

/** The month of a scheduled run; undefined if there is nothing to do. A missed month is closed before the next one. */
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

/** If the mark cannot be written, the job stays due: at worst it runs once more at the next start. */
async function mark(
  { operational }: Services,
  { job, due, log }: { job: Job; due: Date | null; log: Logger },
): Promise<void> {
  if (!due) return;
  const next_due_at = due.toISOString();
  try {
    await operational
      .insertInto('schedule_marks')
      .values({ job: job.name, next_due_at })
      .onConflict((conflict) => conflict.column('job').doUpdateSet({ next_due_at }))
      .execute();
  } catch (error) {
    log.error({ job: job.name }, `The next due time of ${job.name} could not be stored: ${messageOf(error)}`);
  }
}
