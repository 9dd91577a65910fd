import { lastClose } from '../../transforms/ledger/closing.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutBatchesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Services } from '../job.ts';
import { type PlannedLine, plannedLines } from './planned-lines.ts';
import { PAYOUT_QUERIES } from './queries.ts';

export function payoutIdOf(line: { batch_id: string; creator_id: string; currency: string }): string {
  return derivedId('po', line.batch_id, line.creator_id, line.currency);
}

/** The payout batches of a period, in order. */
export function batchesOf(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<PayoutBatchesTable[]> {
  return operational
    .selectFrom('payout_batches')
    .selectAll()
    .where('period', '=', period)
    .orderBy('sequence')
    .execute();
}

/** The latest payout batch of a period. Throws `Conflict` if none is planned. */
export async function requireBatch(
  services: Pick<Services, 'operational'>,
  period: Period,
): Promise<PayoutBatchesTable> {
  const batch = (await batchesOf(services, period)).at(-1);
  if (!batch) throw new Conflict(`The payouts of ${period} are not planned; run plan-payouts first.`);
  return batch;
}

/** The payouts of a batch, in order; those that were not payable have no request. */
export function linesOf(operational: Operational, batchId: string): Promise<PlannedLine[]> {
  return plannedLines(operational).where('line.batch_id', '=', batchId).orderBy('line.payout_id').execute();
}

/** Whether a period is the latest closed one: only it is paid, because later balances contain those of earlier periods. */
export async function isLatestClosedPeriod(services: Pick<Services, 'warehouse'>, period: Period): Promise<boolean> {
  return (await lastClose(services.warehouse))?.period === period;
}

/** Throws `Conflict` unless the period is the latest closed one. */
export async function assertLatestClosedPeriod(services: Services, period: Period): Promise<void> {
  const last = await lastClose(services.warehouse);
  if (last?.period !== period) {
    throw new Conflict(
      last && period < last.period
        ? `The payouts of ${period} can no longer be made: ${last.period} is closed, and its balances contain the amounts still owed; pay ${last.period} instead.`
        : `The payouts of ${period} cannot be made: ${period} is not closed; close it first.`,
    );
  }
}

/**
 * Closing and paying exclude each other: a payout made while the next period closes would be missing from its books. Each job claims its own
 * run before it checks for the other. Throws `Conflict`.
 */
export async function assertNotRunning({ operational }: Services, jobs: readonly string[]): Promise<void> {
  const other = await operational
    .selectFrom('job_runs')
    .select(['job', 'period'])
    .where('state', '=', 'running')
    .where('job', 'in', jobs)
    .executeTakeFirst();
  if (other) throw new Conflict(`${other.job} is running for ${other.period}; wait for it to end.`);
}

/** Every payout that was sent must be in the warehouse before a period is closed or paid out. Throws `Conflict`; `act` is for its message. */
export async function assertPayoutsRecorded(
  { operational }: Pick<Services, 'operational'>,
  { writer, period, act = 'closed' }: { writer: Pick<WarehouseWriter, 'query'>; period: Period; act?: string },
): Promise<void> {
  const sent = await operational.selectFrom('payout_log').select('payout_id').where('state', '=', 'sent').execute();
  const recorded = await writer.query<{ payout_id: string }>(...PAYOUT_QUERIES.payouts_in_ledger());
  const missing = new Set(sent.map((row) => row.payout_id)).difference(new Set(recorded.map((row) => row.payout_id)));
  if (missing.size > 0) {
    const payouts = missing.size === 1 ? '1 payout was sent but is' : `${missing.size} payouts were sent but are`;
    throw new Conflict(
      `${period} cannot be ${act}: ${payouts} not in the ledger yet; run load-events, then try again.`,
    );
  }
}
