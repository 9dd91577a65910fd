import type { Updateable } from 'kysely';
import { DAY_MS, instant } from '../warehouse/clock.ts';
import { Conflict, InvariantBroken, messageOf, Rejected } from '../warehouse/errors.ts';
import { randomId } from '../warehouse/ids.ts';
import type { JobRunsTable } from '../warehouse/operational/schema.ts';
import type { Period } from '../warehouse/period.ts';
import { activeRunsIn, Interrupted } from './active-runs.ts';
import { interruptible } from './interruptible.ts';
import type { GivenOptions, Job, Outcome, Services } from './job.ts';
import { isLeaseExpired, Lease, leaseEnd } from './lease.ts';
import { recordLineage } from './lineage/record-lineage.ts';
import type { LineageEnd } from './lineage/run-events.ts';

/** How long the runs of jobs without a period are kept; some run every minute, and the table must not grow without limit. */
const KEPT_MS = 30 * DAY_MS;

export interface RunRequest {
  readonly job: Job;
  readonly period?: Period | undefined;
  readonly options?: GivenOptions | undefined;
  readonly startedBy: string;
  readonly onProgress?: ((text: string) => void) | undefined;
}

interface StartedRun {
  readonly runId: string;
  readonly finished: Promise<Outcome>;
}

/**
 * Claims a job for a period, starts it, and records its outcome or error. Throws `Conflict` if the job is already running for
 * the period, `Rejected` for a missing period or unknown options, and `Unavailable` if the server is shutting down.
 * `finished` rejects with whatever the job throws; its message is stored with the run.
 */
export async function startJob(services: Services, request: RunRequest): Promise<StartedRun> {
  const period = requirePeriodOf(request);
  const readOptions = requireOptionsOf(request);
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
 * Marks the runs of dead processes as failed: those whose lease has expired, or all with `onlyProcess`, when no other process
 * uses the store. Deletes old runs of jobs without a period.
 */
export async function recoverRuns(
  { operational, clock }: Services,
  { onlyProcess }: { onlyProcess: boolean },
): Promise<void> {
  const now = instant(clock.now());
  let stale = operational
    .updateTable('job_runs')
    .set({ state: 'failed', finished_at: now, error: 'The process ended before the run was finished.' })
    .where('state', '=', 'running');
  if (!onlyProcess) stale = stale.where(isLeaseExpired(), '=', true);
  await stale.execute();
  await operational
    .deleteFrom('job_runs')
    .where('period', '=', '')
    .where('finished_at', '<', instant(clock.now() - KEPT_MS))
    .execute();
}

/** A job about everything gets no period; otherwise it could run twice at once under two periods. */
function requirePeriodOf({ job, period }: RunRequest): Period | undefined {
  if (job.about === 'everything') return undefined;
  if (!period) throw new Rejected(`${job.name} cannot be run without a period; give a month such as 2026-01.`);
  return period;
}

function requireOptionsOf({ job, options = {} }: RunRequest): unknown {
  if (job.readOptions) return job.readOptions(options);
  const names = Object.keys(options);
  if (names.length > 0) throw new Rejected(`${job.name} takes no options, but got ${names.join(', ')}.`);
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
      lease_expires_at: leaseEnd(),
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
  const lease = new Lease(operational, { runId });
  const active = activeRunsIn(operational);
  const { interruption: stop } = active;
  const interruption = AbortSignal.any([stop, lease.lost, lease.stopped]);
  const uncheck = active.onCheck(runId, () => lease.renew());
  // A run that lost its lease was marked as failed by another process, and stays so.
  const update = (values: Updateable<JobRunsTable>) =>
    operational
      .updateTable('job_runs')
      .set(values)
      .where('run_id', '=', runId)
      .where('state', '=', 'running')
      .execute();
  // Only the latest text is stored, and a slow store must not delay the job.
  let saving: Promise<unknown> = Promise.resolve();
  const progress = (text: string): void => {
    onProgress?.(text);
    saving = saving.then(() => update({ progress: text })).catch(() => undefined);
    interruption.throwIfAborted();
  };
  const warehouse = interruptible(services.warehouse, interruption);
  const report = (end?: LineageEnd): Promise<readonly string[]> =>
    recordLineage(services.lineage, { runId, job, period, at: clock.now() }, end);
  const atStart = await report();
  try {
    const outcome = await job.run(
      { ...services, warehouse, runId, startedBy, progress, interruption },
      period as Period,
      readOptions,
    );
    await saving;
    await update({ state: 'done', finished_at: instant(clock.now()), outcome: JSON.stringify(outcome) });
    const unreported = [...atStart, ...(await report({ outcome }))];
    if (unreported.length === 0) return outcome;
    const completed = { ...outcome, lineage: unreported.join(' ') };
    // The run is done, whether this is stored or not.
    await update({ outcome: JSON.stringify(completed) }).catch(() => undefined);
    return completed;
  } catch (thrown) {
    // An error after the interruption is a consequence of it, but never a broken invariant or a refusal.
    const isInterrupted = stop.aborted && !isFinding(thrown);
    const isStopped = lease.stopped.aborted && !isFinding(thrown);
    const error = isStopped ? lease.stopped.reason : isInterrupted ? interruptedRun(job, thrown) : thrown;
    await saving;
    const finished_at = instant(clock.now());
    // What a person has stopped is not run again by itself.
    const interrupted_at = isInterrupted && !isStopped ? finished_at : null;
    // If this update fails, the lease expires; the error of the job must still be thrown.
    await update({ state: 'failed', finished_at, interrupted_at, error: messageOf(error) }).catch(() => undefined);
    await report({ error: messageOf(error) });
    throw error;
  } finally {
    uncheck();
    lease.end();
  }
}

/** What a job found out, which must not be lost: running it again would not change it. */
function isFinding(thrown: unknown): boolean {
  return [InvariantBroken, Rejected, Conflict].some((kind) => thrown instanceof kind);
}

function interruptedRun({ name }: Job, cause: unknown): Interrupted {
  return new Interrupted(`The server was stopped while ${name} was running; it runs the job again at its next start.`, {
    cause,
  });
}
