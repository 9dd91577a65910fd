import { lastClose } from '../../transforms/ledger/closing.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutBatchesTable, PayoutLinesTable } from '../../warehouse/operational/schema.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Services } from '../job.ts';
import { currentHolds, type Holds, sentenceOf } from './holds.ts';
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

/** No later period is being closed, or has been closed, by the runs on record: a read of the control store alone. Throws `Conflict`. */
export async function assertNoLaterClosing({ operational }: Services, period: Period): Promise<void> {
  const closing = await operational
    .selectFrom('job_runs')
    .select('period')
    .where('job', '=', 'close-period')
    .where('period', '>', period)
    .where('state', 'in', ['running', 'done'])
    .executeTakeFirst();
  if (closing) {
    throw new Conflict(
      `The payouts of ${period} cannot be sent: the closing of ${closing.period} has begun; if it fails, run send-payouts again.`,
    );
  }
}

export type LineState = 'planned' | 'intent' | 'key_spent' | 'sent' | 'failed' | 'skipped';

export interface PayoutStatus
  extends Pick<PayoutLinesTable, 'payout_id' | 'creator_id' | 'currency' | 'amount_minor' | 'reason'> {
  readonly state: LineState;
  readonly transfer_id_stripe: string | null;
  /** Why Stripe refused the last request, or which break keeps the payout back. */
  readonly last_reason: string | null;
}

/**
 * Every payout of a batch, with the latest entry of its log. One that waits because its creator is on hold now is `planned` with the reason
 * `break_open`.
 */
export async function statusOf(
  services: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  batchId: string,
): Promise<PayoutStatus[]> {
  const { operational } = services;
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
  const mayBeHeld = lines.some(
    ({ payout_id, reason }) => reason === 'break_open' || (reason === 'payable' && !latest.has(payout_id)),
  );
  const holds: Holds = mayBeHeld ? await currentHolds(services) : new Map();
  return lines.map(({ payout_id, creator_id, currency, amount_minor, reason }) => {
    const entry = latest.get(payout_id);
    const state = reason === 'payable' ? (entry?.state ?? 'planned') : 'skipped';
    const held = state === 'planned' || reason === 'break_open' ? sentenceOf(holds.get(creator_id) ?? []) : undefined;
    return {
      ...{ payout_id, creator_id, currency, amount_minor },
      reason: held === undefined ? reason : 'break_open',
      state,
      transfer_id_stripe: entry?.transfer_id_stripe ?? null,
      last_reason: entry?.reason ?? held ?? null,
    };
  });
}

/**
 * A period can be closed or paid out only when all earlier payouts have ended, or lapse, and are in the ledger; otherwise a balance would
 * be paid twice. Throws `Conflict`; `act` is the action for its message.
 */
export async function assertPayoutsSettled(
  services: Services,
  { writer, period, act = 'closed' }: { writer: Pick<WarehouseWriter, 'query'>; period: Period; act?: string },
): Promise<void> {
  const approved = await services.operational
    .selectFrom('payout_batches')
    .select(['batch_id', 'period'])
    .where('period', '<', period)
    .where('state', '=', 'approved')
    .orderBy('period')
    .execute();
  for (const batch of approved) {
    if (await onlyLapses(services, { writer, batch })) continue;
    throw new Conflict(
      `${period} cannot be ${act} while payouts of ${batch.period} are approved but not sent; run send-payouts for ${batch.period} first.`,
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

/**
 * Whether all that is left of an approved batch are payouts that were never requested from Stripe and that are on hold, or whose period is no
 * longer the latest closed one. They lapse with the next closing: after it they cannot be sent, and what they would pay stays in the balance.
 */
async function onlyLapses(
  { operational, clock }: Services,
  { writer, batch }: { writer: Pick<WarehouseWriter, 'query'>; batch: Pick<PayoutBatchesTable, 'batch_id' | 'period'> },
): Promise<boolean> {
  const logged = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .select(['log.payout_id', 'log.state'])
    .where('line.batch_id', '=', batch.batch_id)
    .execute();
  const ended = new Set(
    logged.filter(({ state }) => state === 'sent' || state === 'failed').map((log) => log.payout_id),
  );
  if (logged.some(({ payout_id }) => !ended.has(payout_id))) return false;
  const lines = await operational
    .selectFrom('payout_lines')
    .select(['payout_id', 'creator_id'])
    .where('batch_id', '=', batch.batch_id)
    .where('reason', '=', 'payable')
    .execute();
  const left = lines.filter(({ payout_id }) => !ended.has(payout_id));
  if (left.length === 0) return false;
  if ((await lastClose(writer))?.period !== batch.period) return true;
  const holds = await currentHolds({ operational, clock, warehouse: writer });
  return left.every(({ creator_id }) => holds.has(creator_id));
}

/**
 * Ends the approved batches of earlier periods: a payout that was never requested becomes a line without a payout, because its creator was on
 * hold. Call it in the transaction that plans their balances anew, after `assertPayoutsSettled`.
 */
export async function endLapsedPayouts(transaction: Operational, period: Period): Promise<void> {
  const batches = await transaction
    .selectFrom('payout_batches')
    .select('batch_id')
    .where('period', '<', period)
    .where('state', '=', 'approved')
    .execute();
  for (const { batch_id } of batches) {
    await transaction
      .updateTable('payout_lines')
      .set({ reason: 'break_open', amount_minor: 0n })
      .where('batch_id', '=', batch_id)
      .where('reason', '=', 'payable')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('payout_log as log')
              .select('log.entry')
              .whereRef('log.payout_id', '=', 'payout_lines.payout_id'),
          ),
        ),
      )
      .execute();
    await transaction.updateTable('payout_batches').set({ state: 'sent' }).where('batch_id', '=', batch_id).execute();
  }
}
