import type { Logger } from 'pino';
import { Conflict, messageOf } from '../warehouse/errors.ts';
import { type Period, parsePeriod } from '../warehouse/period.ts';
import type { GivenOptions, Services } from './job.ts';
import { jobNamed } from './jobs.ts';
import { recoverRuns, runJob } from './run-job.ts';

interface InterruptedRun {
  readonly job: string;
  readonly period: string;
  readonly options: unknown;
  readonly started_by: string;
}

/**
 * Runs again, once each and under the same `started_by`, the runs that people started and a stopped server did not finish.
 * Runs of the schedule are left out: the schedule catches up from its own marks.
 */
export async function resumeRuns(services: Services, log: Logger): Promise<void> {
  for (const run of await takeInterrupted(services)) await resume(services, { run, log });
}

/** Clears the mark before the runs start, so a job that crashes the process does not crash it at every start. */
async function takeInterrupted(services: Services): Promise<InterruptedRun[]> {
  await recoverRuns(services, { onlyProcess: false });
  const taken = await services.operational
    .updateTable('job_runs')
    .set({ interrupted_at: null })
    .where('interrupted_at', 'is not', null)
    .where('state', '=', 'failed')
    .returning(['job', 'period', 'options', 'started_by', 'started_at'])
    .execute();
  return taken
    .filter(({ started_by }) => started_by !== 'schedule')
    .sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
}

async function resume(services: Services, { run, log }: { run: InterruptedRun; log: Logger }): Promise<void> {
  const { job, started_by } = run;
  const period: Period | undefined = run.period === '' ? undefined : parsePeriod(run.period);
  const options = (run.options ?? undefined) as GivenOptions | undefined;
  try {
    const outcome = await runJob(services, { job: jobNamed(job), period, options, startedBy: started_by });
    log.info({ job, period, outcome }, 'done after an interruption');
  } catch (error) {
    log[error instanceof Conflict ? 'info' : 'error']({ job, period }, messageOf(error));
  }
}
