import { Conflict } from '../../warehouse/errors.ts';
import { type Job, type Run, requireStripe } from '../job.ts';
import { catchUp } from '../load-events.ts';
import { unfinishedOf } from './batch-payouts.ts';
import { assertNotRunning, batchesOf, requireBatch } from './batches.ts';
import type { LineState } from './payout-life.ts';
import { sendBatch } from './send-batch.ts';
import { statusOf } from './status.ts';

/** The only code that moves money. */
export const sendPayouts: Job = {
  name: 'send-payouts',
  meaning: 'Sends the approved payouts of a period to Stripe, each exactly once.',
  about: 'period',
  async run(run, period) {
    requireStripe(run);
    const batch = await requireBatch(run, period);
    const batches = await batchesOf(run, period);
    const approved = batches.filter(({ state }) => state === 'approved');
    if (batch.state === 'planned' && approved.length === 0)
      throw new Conflict(
        `The payouts of ${period} cannot be sent: they are not approved; someone other than ${batch.planned_by} must approve them first.`,
      );
    if (approved.length > 0) await assertNotRunning(run, ['close-period']);
    if (approved.length > 0) await catchUp(run);
    for (const each of approved) await sendBatch(run, each);
    if (approved.length > 0) await catchUp(run);
    const earlier = await unfinishedOf(
      run.operational,
      batches.filter(({ batch_id }) => batch_id !== batch.batch_id),
    );
    return {
      ...(await summaryOf(run, batch.batch_id)),
      // Of earlier batches of the period.
      ...(earlier.length > 0 && { in_progress: earlier.length }),
    };
  },
};

const isWaiting = (state: LineState): boolean => ['planned', 'approved', 'held', 'sending'].includes(state);

async function summaryOf(run: Run, batchId: string): Promise<Record<string, unknown>> {
  const status = await statusOf(run, batchId);
  const count = (...states: string[]): number => status.filter(({ state }) => states.includes(state)).length;
  const byBank = status.filter(({ payout_rail, state }) => payout_rail !== 'stripe' && isWaiting(state)).length;
  const [onHold, cancelled, reversed] = [count('held'), count('cancelled'), count('reversed')];
  return {
    batch_id: batchId,
    sent: count('sent', 'confirmed'),
    failed: count('failed'),
    waiting: count('planned', 'approved', 'held', 'sending') - byBank,
    ...(byBank > 0 && { by_bank_files: byBank }),
    skipped: count('skipped'),
    ...(onHold > 0 && { on_hold: onHold }),
    ...(cancelled > 0 && { cancelled }),
    ...(reversed > 0 && { reversed }),
  };
}
