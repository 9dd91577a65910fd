import type { PayoutBatchesTable, PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Services } from '../job.ts';
import { type LineState, lifeOf, stateOf } from './payout-life.ts';
import { logsOfPayouts } from './payout-log.ts';
import { STOP_REASONS } from './stop-reasons.ts';

/** A payout as its creator sees it: without what only finance is to know. */
interface CreatorPayout
  extends Pick<PayoutLinesTable, 'payout_id' | 'currency' | 'amount_minor' | 'account_id_stripe'>,
    Pick<PayoutBatchesTable, 'period' | 'planned_at'> {
  readonly state: LineState;
  /** Why it was not planned, or is held, cancelled or failed: a word; null if nothing stands in its way. */
  readonly reason: string | null;
  readonly transfer_id_stripe: string | null;
  /** When its last step was taken; when it was planned, if there was none. */
  readonly changed_at: string;
}

interface CreatorPayoutsRequest {
  readonly creatorId: string;
  readonly period?: string | undefined;
  /** The period and id after which the page begins. */
  readonly after?: readonly [period: string, payoutId: string] | undefined;
  readonly limit: number;
}

/** The payouts of a creator, and the balances for which there was none; the newest period first. At most one more than `limit`. */
export async function payoutsOfCreator(
  { operational }: Pick<Services, 'operational'>,
  { creatorId, period, after, limit }: CreatorPayoutsRequest,
): Promise<CreatorPayout[]> {
  let query = operational
    .selectFrom('payout_lines as line')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'line.batch_id')
    .select(['line.payout_id', 'line.currency', 'line.amount_minor', 'line.account_id_stripe', 'line.reason'])
    .select(['batch.period', 'batch.planned_at'])
    .where('line.creator_id', '=', creatorId)
    .orderBy('batch.period', 'desc')
    .orderBy('line.payout_id')
    .limit(limit + 1);
  if (period !== undefined) query = query.where('batch.period', '=', period);
  if (after !== undefined) {
    const [lastPeriod, lastId] = after;
    query = query.where(({ or, and, eb }) =>
      or([
        eb('batch.period', '<', lastPeriod),
        and([eb('batch.period', '=', lastPeriod), eb('line.payout_id', '>', lastId)]),
      ]),
    );
  }
  const lines = await query.execute();
  const logs = await logsOfPayouts(
    operational,
    lines.map(({ payout_id }) => payout_id),
  );
  return lines.map(({ reason, ...line }) => {
    const log = logs.get(line.payout_id) ?? [];
    const life = lifeOf(log);
    const isPlanned = reason === 'payable' || log.length > 0;
    return {
      ...line,
      state: isPlanned ? stateOf(life) : 'skipped',
      reason: isPlanned ? reasonOf(life) : reason,
      transfer_id_stripe: life.end?.transferId ?? null,
      changed_at: log.at(-1)?.logged_at ?? line.planned_at,
    };
  });
}

/** What Stripe said of a payout that failed is for finance. */
function reasonOf({ end, hold }: ReturnType<typeof lifeOf>): string | null {
  if (end?.state === 'failed') return 'not_transferred';
  if (end) return end.state === 'cancelled' ? known(end.reason) : null;
  return known(hold?.reason ?? null);
}

/** A hold of an unknown reason is one that finance decided. */
function known(reason: string | null): string | null {
  return reason === null || Object.hasOwn(STOP_REASONS, reason) ? reason : 'by_finance';
}
