import { lastClose } from '../../transforms/ledger/closing.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { PayoutBatchesTable, PayoutLinesTable } from '../../warehouse/operational/schema.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Services } from '../job.ts';
import { PAYOUT_QUERIES } from './queries.ts';

/** The transfer request to Stripe for one payout; fixed when the payout is planned. */
export interface TransferBody {
  /** Minor units, as an integer. */
  readonly amount: number;
  /** Lower-case, as Stripe writes it. */
  readonly currency: string;
  readonly destination: string;
  /** Unique to the payout: each group has one transfer. */
  readonly transfer_group: string;
  readonly metadata: { readonly payout_id: string; readonly batch_id: string; readonly creator_id: string };
}

export function payoutIdOf(line: { batch_id: string; creator_id: string; currency: string }): string {
  return derivedId('po', line.batch_id, line.creator_id, line.currency);
}

/** The payout batch of a period. Throws `Conflict` if none is planned. */
export async function requireBatch({ operational }: Services, period: Period): Promise<PayoutBatchesTable> {
  const batch = await operational
    .selectFrom('payout_batches')
    .selectAll()
    .where('period', '=', period)
    .executeTakeFirst();
  if (!batch) throw new Conflict(`The payouts of ${period} are not planned; run plan-payouts first.`);
  return batch;
}

/** Only the latest closed period is paid: later periods already contain the balances of earlier ones. Throws `Conflict`. */
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
 * Closing and paying exclude each other: a payout made while the next period closes would be missing from its books and be
 * paid twice. Each job claims its own run before it checks for the other. Throws `Conflict`.
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

export type LineState = 'planned' | 'intent' | 'key_spent' | 'sent' | 'failed' | 'skipped';

export interface PayoutStatus
  extends Pick<PayoutLinesTable, 'payout_id' | 'creator_id' | 'currency' | 'amount_minor' | 'reason'> {
  readonly state: LineState;
  readonly transfer_id_stripe: string | null;
  readonly last_reason: string | null;
}

/** Every payout of a batch, with the latest entry of its log. */
export async function statusOf(
  { operational }: Pick<Services, 'operational'>,
  batchId: string,
): Promise<PayoutStatus[]> {
  const lines = await operational
    .selectFrom('payout_lines')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('payout_id')
    .execute();
  const entries = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .selectAll('log')
    .where('line.batch_id', '=', batchId)
    .orderBy('log.entry')
    .execute();
  const latest = new Map(entries.map((entry) => [entry.payout_id, entry]));
  return lines.map(({ payout_id, creator_id, currency, amount_minor, reason }) => {
    const entry = latest.get(payout_id);
    const state = reason === 'payable' ? (entry?.state ?? 'planned') : 'skipped';
    const transfer_id_stripe = entry?.transfer_id_stripe ?? null;
    return {
      payout_id,
      creator_id,
      currency,
      amount_minor,
      reason,
      state,
      transfer_id_stripe,
      last_reason: entry?.reason ?? null,
    };
  });
}

/**
 * A period can be closed or paid out only when all earlier payouts have ended and are in the ledger; otherwise a balance would
 * be paid twice. Throws `Conflict`; `act` is the action for its message.
 */
export async function assertPayoutsSettled(
  services: Services,
  { writer, period, act = 'closed' }: { writer: Pick<WarehouseWriter, 'query'>; period: Period; act?: string },
): Promise<void> {
  const unsent = await services.operational
    .selectFrom('payout_batches')
    .select('period')
    .where('period', '<', period)
    .where('state', '=', 'approved')
    .executeTakeFirst();
  if (unsent) {
    throw new Conflict(
      `${period} cannot be ${act} while payouts of ${unsent.period} are approved but not sent; run send-payouts for ${unsent.period} first.`,
    );
  }
  const sent = await services.operational
    .selectFrom('payout_log')
    .select('payout_id')
    .where('state', '=', 'sent')
    .execute();
  const posted = await writer.query<{ payout_id: string }>(...PAYOUT_QUERIES.payouts_in_ledger());
  const missing = new Set(sent.map((row) => row.payout_id)).difference(new Set(posted.map((row) => row.payout_id)));
  if (missing.size > 0) {
    const payouts = missing.size === 1 ? '1 payout was sent but is' : `${missing.size} payouts were sent but are`;
    throw new Conflict(
      `${period} cannot be ${act}: ${payouts} not in the ledger yet; run load-events, then try again.`,
    );
  }
}
