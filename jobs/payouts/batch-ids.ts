import type { Period } from '../../warehouse/period.ts';

/** The ids of payout batches, `batch_2026-01` and then `batch_2026-01.2`, and the groups of their transfers at Stripe, `batch_2026-01:po_1`. */

const PREFIX = 'batch_';

export function batchIdOf(period: Period, sequence = 1): string {
  return sequence === 1 ? `${PREFIX}${period}` : `${PREFIX}${period}.${sequence}`;
}

/** One group per payout, so that its transfer can be found again. */
export function transferGroupOf({ batch_id, payout_id }: { batch_id: string; payout_id: string }): string {
  return `${batch_id}:${payout_id}`;
}

/** Whether a transfer group belongs to this batch. */
export function isInBatch(transferGroup: string | null, batch_id: string): transferGroup is string {
  return transferGroup?.startsWith(transferGroupOf({ batch_id, payout_id: '' })) ?? false;
}
