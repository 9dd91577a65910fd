import type { Logger } from 'pino';
import { Conflict, messageOf, Unavailable } from '../warehouse/errors.ts';
import { parsePeriod } from '../warehouse/period.ts';
import { activeRunsIn } from './active-runs.ts';
import type { GivenOptions, Services } from './job.ts';
import { requireJob } from './jobs.ts';
import { recoverRuns, startJob } from './run-job.ts';

interface InterruptedRun {
  readonly run_id: string;
  readonly job: string;
  readonly period: string;
  readonly options: unknown;
  readonly started_by: string;
  readonly interrupted_at: string | null;
}

/**
 * Runs again, once each and under the same `started_by`, the runs that people started and a stopped server did not finish.
 * Runs of the schedule are left out: the schedule catches up from its own marks.
 */
export async function resumeRuns(services: Services, log: Logger): Promise<void> {
  await recoverRuns(services, { onlyProcess: false });
  for (const run of await interruptedRuns(services)) {
    // A run that is not reached keeps its mark for the next start.
    if (!activeRunsIn(services.operational).isOpen) return;
    await resume(services, { run, log });
  }
}

async function interruptedRuns({ operational }: Services): Promise<InterruptedRun[]> {
  return operational
    .selectFrom('job_runs')
    .select(['run_id', 'job', 'period', 'options', 'started_by', 'interrupted_at'])
    .where('interrupted_at', 'is not', null)
    .where('state', '=', 'failed')
    .orderBy('started_at')
    .execute();
}

/**
 * The mark is cleared before the job starts, so a job that crashes the process does not crash it at every start, and set again
 * if the job could not be started.
 */
async function resume(services: Services, { run, log }: { run: InterruptedRun; log: Logger }): Promise<void> {
  const { job, period, started_by } = run;
  try {
    await mark(services, run, null);
    if (started_by === 'schedule') return;
    const { finished } = await startJob(services, {
      job: requireJob(job),
      period: period === '' ? undefined : parsePeriod(period),
      options: (run.options ?? undefined) as GivenOptions | undefined,
      startedBy: started_by,
    }).catch(async (error: unknown) => {
      if (error instanceof Unavailable) await mark(services, run, run.interrupted_at);
      throw error;
    });
    log.info({ job, period, outcome: await finished }, 'done after an interruption');
  } catch (error) {
    log[error instanceof Conflict ? 'info' : 'error']({ job, period }, messageOf(error));
  }
}

async function mark({ operational }: Services, run: InterruptedRun, at: string | null): Promise<void> {
  await operational.updateTable('job_runs').set({ interrupted_at: at }).where('run_id', '=', run.run_id).execute();
}
