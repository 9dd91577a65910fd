import type { Period } from '../period.ts';
import { defineFunction } from './function.ts';

/** The ids of payout batches, `batch_2026-01` and then `batch_2026-01.2`, and the groups of their transfers at Stripe, `batch_2026-01:po_1`. */

const PREFIX = 'batch_';
const PERIOD_LENGTH = '2026-01'.length;

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

const PERIOD_IN_GROUP = `case when starts_with(transfer_group, '${PREFIX}') then substr(transfer_group, ${PREFIX.length + 1}, ${PERIOD_LENGTH}) end`;

export const batchPeriod = defineFunction({
  name: 'batch_period',
  parameters: ['transfer_group'],
  meaning: 'The period of the payout batch of a transfer, from its transfer group; null for any other group.',
  duckdb: PERIOD_IN_GROUP,
  bigquery: PERIOD_IN_GROUP,
});
