import { instant } from '../warehouse/clock.ts';
import { Conflict } from '../warehouse/errors.ts';
import { activeRunsIn } from './active-runs.ts';
import type { Services } from './job.ts';

/**
 * Has a run end at its next safe point, as when the server is stopped, but for good: nothing runs it again by itself. A run of another process ends
 * within the time in which it renews its lease. Throws `Conflict` for a run that has ended; a run that was asked before keeps who asked first.
 */
export async function stopRun(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { runId, by }: { readonly runId: string; readonly by: string },
): Promise<void> {
  const asked = await operational
    .updateTable('job_runs')
    .set(({ fn, val }) => ({
      stop_requested_by: fn.coalesce('stop_requested_by', val(by)),
      stop_requested_at: fn.coalesce('stop_requested_at', val(instant(clock.now()))),
    }))
    .where('run_id', '=', runId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (asked.numUpdatedRows === 0n) throw new Conflict(`The run ${runId} cannot be stopped: it has ended.`);
  await activeRunsIn(operational).checkNow(runId);
}
