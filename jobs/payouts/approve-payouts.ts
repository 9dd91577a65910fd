import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { Job } from '../job.ts';
import { assertLatestClosedPeriod, assertNotRunning, requireBatch } from './payouts.ts';

export const approvePayouts: Job = {
  name: 'approve-payouts',
  meaning: 'Approves the planned payouts of a period; the approver must not be the person who planned them.',
  about: 'period',
  async run(run, period) {
    const batch = await requireBatch(run, period);
    await assertNotRunning(run, ['close-period']);
    await assertLatestClosedPeriod(run, period);
    if (batch.state !== 'planned') throw new Conflict(`The payouts of ${period} are already ${batch.state}.`);
    if (batch.planned_by === run.startedBy) {
      throw new Rejected(`${run.startedBy} planned the payouts of ${period}; someone else must approve them.`);
    }
    const approved = await run.operational
      .updateTable('payout_batches')
      .set({ state: 'approved', approved_by: run.startedBy, approved_at: instant(run.clock.now()) })
      .where('batch_id', '=', batch.batch_id)
      .where('state', '=', 'planned')
      .executeTakeFirst();
    if (approved.numUpdatedRows !== 1n)
      throw new Conflict(
        `The payouts of ${period} could not be approved: their state changed in the meantime; check it and try again.`,
      );
    return { batch_id: batch.batch_id, planned_by: batch.planned_by, approved_by: run.startedBy };
  },
};
