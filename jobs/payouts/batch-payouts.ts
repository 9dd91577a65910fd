import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutBatchesTable } from '../../warehouse/operational/payout-tables.ts';
import { lifeOf, type PayoutLife } from './payout-life.ts';
import { logsOf } from './payout-log.ts';
import { type PlannedLine, plannedLines } from './planned-lines.ts';

/** A payout of a batch, where it is in its life. */
export interface BatchPayout {
  readonly line: PlannedLine;
  readonly life: PayoutLife;
}

/**
 * The payouts of some batches, by id: the lines that were payable when they were planned. One with a log is a payout also if it was edited since so
 * that it looks as if it was not payable.
 */
export async function payoutsOf(operational: Operational, batchIds: readonly string[]): Promise<BatchPayout[]> {
  if (batchIds.length === 0) return [];
  const logs = await logsOf(operational, batchIds);
  const lines = await plannedLines(operational)
    .where('line.batch_id', 'in', batchIds)
    .orderBy('line.payout_id')
    .execute();
  return lines.flatMap((line) => {
    const log = logs.get(line.payout_id);
    return line.reason === 'payable' || log !== undefined ? [{ line, life: lifeOf(log ?? []) }] : [];
  });
}

/** The payouts of some batches that have not ended. */
export async function unfinishedOf(
  operational: Operational,
  batches: readonly Pick<PayoutBatchesTable, 'batch_id'>[],
): Promise<BatchPayout[]> {
  const payouts = await payoutsOf(
    operational,
    batches.map(({ batch_id }) => batch_id),
  );
  return payouts.filter(({ life }) => life.end === undefined);
}

/** Marks a batch as sent, or as cancelled, once all of its payouts have ended; before, nothing changes. */
export async function endBatch(operational: Operational, batchId: string): Promise<void> {
  const ends = (await payoutsOf(operational, [batchId])).map(({ life }) => life.end?.state);
  if (ends.includes(undefined)) return;
  const isCancelled = ends.length > 0 && ends.every((state) => state === 'cancelled');
  await operational
    .updateTable('payout_batches')
    .set({ state: isCancelled ? 'cancelled' : 'sent' })
    .where('batch_id', '=', batchId)
    .where('state', 'in', ['planned', 'approved'])
    .execute();
}
