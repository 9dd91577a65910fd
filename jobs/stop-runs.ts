import { setTimeout as wait } from 'node:timers/promises';
import { instant } from '../warehouse/clock.ts';
import { activeRunsIn } from './active-runs.ts';
import type { Services } from './job.ts';

export interface StopOptions {
  /** How long runs may go on to their own end. */
  readonly graceMs: number;
  /** How long an interrupted run may take to undo what it has begun. */
  readonly unwindMs: number;
}

/** A statement that has just been handed over may not have begun, and would not notice one interruption. */
const INTERRUPT_EVERY_MS = 50;

/**
 * Starts no further run in this process and ends those under way: by themselves, or else at their next safe point. Gives the
 * ids of the runs that did neither. These keep their claim until their process has ended, because they may still act.
 */
export async function stopRuns(
  { operational, warehouse, clock }: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  { graceMs, unwindMs }: StopOptions,
): Promise<readonly string[]> {
  const runs = activeRunsIn(operational);
  runs.close();
  if (await runs.haveEnded(graceMs)) return [];
  runs.interrupt();
  for (let waitedMs = 0; waitedMs < unwindMs; waitedMs += INTERRUPT_EVERY_MS) {
    warehouse.interrupt();
    if (await runs.haveEnded(INTERRUPT_EVERY_MS)) return [];
  }
  const abandoned = runs.runIds;
  if (abandoned.length === 0) return [];
  const marked = operational
    .updateTable('job_runs')
    .set({ interrupted_at: instant(clock.now()) })
    .where('run_id', 'in', abandoned)
    .execute();
  await Promise.race([marked, wait(INTERRUPT_EVERY_MS * 20, undefined, { ref: false })]);
  return abandoned;
}
