import { setTimeout as wait } from 'node:timers/promises';
import { instant } from '../warehouse/clock.ts';
import { activeRunsIn } from './active-runs.ts';
import type { Services } from './job.ts';

interface StopOptions {
  /** How long runs may continue before they are interrupted. */
  readonly graceMs: number;
  /** How long an interrupted run may take to roll back. */
  readonly unwindMs: number;
}

/** Repeated, because an interruption has no effect on a statement that has been submitted but has not started. */
const INTERRUPT_EVERY_MS = 50;

/**
 * Lets no further run start in this process, waits for the active ones, then interrupts them at their next safe point. Returns
 * the ids of the runs that still did not end; they keep their claim until the process has ended, because they may still act.
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
