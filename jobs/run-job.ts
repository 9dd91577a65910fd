import type { Updateable } from 'kysely';
import { instant } from '../warehouse/clock.ts';
import { Conflict, messageOf, Rejected } from '../warehouse/errors.ts';
import { randomId } from '../warehouse/ids.ts';
import type { JobRunsTable } from '../warehouse/operational/schema.ts';
import type { Period } from '../warehouse/period.ts';
import { activeRunsIn, Interrupted } from './active-runs.ts';
import { interruptible } from './interruptible.ts';
import type { GivenOptions, Job, Outcome, Services } from './job.ts';

/** How long a run counts as alive without a sign of life. */
const LEASE_MS = 60_000;

/** How long it is kept how a job about everything went; some run every minute, and the table must not grow for ever. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export interface RunRequest {
  readonly job: Job;
  readonly period?: Period | undefined;
  readonly options?: GivenOptions | undefined;
  readonly startedBy: string;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface StartedRun {
  readonly runId: string;
  readonly finished: Promise<Outcome>;
}

/**
 * Claims a job for a period, does it, and keeps how it went. One run of a job and period goes on at a time: throws
 * `Conflict` where one does, `Rejected` for a job about a period that is given none or for options that it does not take,
 * and `Unavailable` where the server is shutting down. Whatever the job throws is kept with the run and thrown on.
 */
export async function startJob(services: Services, request: RunRequest): Promise<StartedRun> {
  const period = periodOfRun(request);
  const readOptions = optionsOfRun(request);
  const active = activeRunsIn(services.operational);
  active.assertOpen(request.job.name);
  const claimed = claim(services, { ...request, period });
  active.addBackground(claimed);
  const runId = await claimed;
  const finished = perform(services, { ...request, period, readOptions, runId });
  active.add(runId, finished);
  return { runId, finished };
}

export async function runJob(services: Services, request: RunRequest): Promise<Outcome> {
  return (await startJob(services, request)).finished;
}

/**
 * Gives up the runs that a dead process left behind: all of them where no other process can have any. Forgets, of jobs about
 * everything, the runs that ended long ago.
 */
export async function recoverRuns(
  { operational, clock }: Services,
  { onlyProcess }: { onlyProcess: boolean },
): Promise<void> {
  const now = instant(clock.now());
  let stale = operational
    .updateTable('job_runs')
    .set({ state: 'failed', finished_at: now, error: 'The process that ran it ended.' })
    .where('state', '=', 'running');
  if (!onlyProcess) stale = stale.where('lease_expires_at', '<', now);
  await stale.execute();
  await operational
    .deleteFrom('job_runs')
    .where('period', '=', '')
    .where('finished_at', '<', instant(clock.now() - KEPT_MS))
    .execute();
}

/** A job about everything has no period, or it would run beside itself under another. */
function periodOfRun({ job, period }: RunRequest): Period | undefined {
  if (job.about === 'everything') return undefined;
  if (!period) throw new Rejected(`${job.name} cannot be run without a period; say which month it is about.`);
  return period;
}

function optionsOfRun({ job, options = {} }: RunRequest): unknown {
  if (job.readOptions) return job.readOptions(options);
  const names = Object.keys(options);
  if (names.length > 0) throw new Rejected(`${job.name} takes no options, but was given ${names.join(', ')}.`);
  return undefined;
}

async function claim(services: Services, { job, period, options, startedBy }: RunRequest): Promise<string> {
  const { operational, clock } = services;
  await recoverRuns(services, { onlyProcess: false });
  const now = clock.now();
  const runId = randomId('run');
  const claimed = await operational
    .insertInto('job_runs')
    .values({
      run_id: runId,
      job: job.name,
      period: period ?? '',
      state: 'running',
      started_by: startedBy,
      started_at: instant(now),
      lease_expires_at: instant(now + LEASE_MS),
      finished_at: null,
      progress: null,
      outcome: null,
      error: null,
      options: options ? JSON.stringify(options) : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (claimed.numInsertedOrUpdatedRows === 0n) {
    throw new Conflict(`${job.name} is already running${period ? ` for ${period}` : ''}; wait for it to end.`);
  }
  return runId;
}

async function perform(
  services: Services,
  { job, period, startedBy, onProgress, readOptions, runId }: RunRequest & { readOptions: unknown; runId: string },
): Promise<Outcome> {
  const { operational, clock } = services;
  const { interruption } = activeRunsIn(operational);
  const update = (values: Updateable<JobRunsTable>) =>
    operational.updateTable('job_runs').set(values).where('run_id', '=', runId).execute();
  const renewal = setInterval(() => {
    update({ lease_expires_at: instant(clock.now() + LEASE_MS) }).catch(() => undefined);
  }, LEASE_MS / 3).unref();
  // Only the newest line is kept, and a slow store must not hold up the work.
  let keeping: Promise<unknown> = Promise.resolve();
  const progress = (text: string): void => {
    onProgress?.(text);
    keeping = keeping.then(() => update({ progress: text })).catch(() => undefined);
    interruption.throwIfAborted();
  };
  const warehouse = interruptible(services.warehouse, interruption);
  try {
    const outcome = await job.run({ ...services, warehouse, startedBy, progress }, period as Period, readOptions);
    await keeping;
    await update({ state: 'done', finished_at: instant(clock.now()), outcome: JSON.stringify(outcome) });
    return outcome;
  } catch (thrown) {
    // Whatever an interrupted run throws is how it was interrupted.
    const error = interruption.aborted ? interruptedRun(job, thrown) : thrown;
    await keeping;
    const finished_at = instant(clock.now());
    const interrupted_at = interruption.aborted ? finished_at : null;
    // Where even this cannot be kept, the lease runs out, and the reason must not be lost over it.
    await update({ state: 'failed', finished_at, interrupted_at, error: messageOf(error) }).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

function interruptedRun({ name }: Job, cause: unknown): Interrupted {
  return new Interrupted(`The server was stopped while ${name} ran; it is run again at the next start.`, { cause });
}
