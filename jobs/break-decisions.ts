import { instant } from '../warehouse/clock.ts';
import { Rejected } from '../warehouse/errors.ts';
import type { Period } from '../warehouse/period.ts';
import { historyRow, unknownBreaks, upsertSeen } from './break-history.ts';
import { stateOf } from './break-state.ts';
import { type BreakStores, breaksOf, type PeriodBreak } from './breaks.ts';

export interface AcknowledgeBreaks {
  readonly period: Period;
  readonly breakIds: readonly string[];
  /** What the difference is, and why it may stay. */
  readonly sentence: string;
  /** Who acknowledges them. */
  readonly by: string;
}

export interface AcknowledgedBreaks {
  /** The breaks that this request has acknowledged. */
  readonly acknowledged: readonly PeriodBreak[];
  /** How many of those that were asked for had been acknowledged before, and keep their acknowledgement. */
  readonly unchanged: number;
}

/**
 * Acknowledges breaks as they are now, each by its id, all of them or none. A break that is acknowledged keeps that acknowledgement; one
 * that changes later needs another. Throws `Rejected` for an empty sentence and `NotFound` for an unknown id.
 */
export async function acknowledgeBreaks(
  stores: BreakStores,
  { period, breakIds, sentence, by }: AcknowledgeBreaks,
): Promise<AcknowledgedBreaks> {
  const because = sentence.trim();
  if (because === '') {
    throw new Rejected('Breaks cannot be acknowledged without a reason; say in one sentence what the difference is.');
  }
  const wanted = await requireBreaks(stores, period, breakIds);
  const pending = wanted.filter(({ break_state }) => break_state !== 'acknowledged');
  const unchanged = wanted.length - pending.length;
  if (pending.length === 0) return { acknowledged: [], unchanged };
  const acknowledged_at = instant(stores.clock.now());
  await stores.operational
    .insertInto('break_acknowledgements')
    .values(
      pending.map((each) => ({
        period,
        break_id: each.break_id,
        ...stateOf(each),
        sentence: because,
        acknowledged_by: by,
        acknowledged_at,
      })),
    )
    .execute();
  const now = await requireBreaks(
    stores,
    period,
    pending.map(({ break_id }) => break_id),
  );
  return { acknowledged: now, unchanged };
}

/** Gives a break to a person, who works on it from now on. Throws `Rejected` for an empty name and `NotFound` for an unknown id. */
export async function assignBreak(
  stores: BreakStores,
  { period, breakId, owner, by }: { period: Period; breakId: string; owner: string; by: string },
): Promise<PeriodBreak> {
  const name = owner.trim();
  if (name === '') throw new Rejected('A break cannot be assigned to nobody; give the name of a person.');
  const [found] = (await requireBreaks(stores, period, [breakId])) as [PeriodBreak];
  if (found.owner === name) return found;
  const now = instant(stores.clock.now());
  await stores.operational.transaction().execute(async (transaction) => {
    const seen = {
      ...{ period, break_id: breakId, ...stateOf(found) },
      ...{ first_seen_at: found.first_seen_at ?? now, last_seen_at: now, cleared_at: null, owner: name },
    };
    await upsertSeen(transaction, [seen]);
    await transaction
      .updateTable('breaks_seen')
      .set({ owner: name })
      .where('period', '=', period)
      .where('break_id', '=', breakId)
      .execute();
    await transaction
      .insertInto('break_history')
      .values(historyRow(seen, { change: 'assigned', changed_at: now, changed_by: by }))
      .execute();
  });
  return ((await requireBreaks(stores, period, [breakId])) as [PeriodBreak])[0];
}

async function requireBreaks(stores: BreakStores, period: Period, ids: readonly string[]): Promise<PeriodBreak[]> {
  const wanted = new Set(ids);
  const found = (await breaksOf(stores, period)).filter(({ break_id }) => wanted.has(break_id));
  const missing = wanted.difference(new Set(found.map(({ break_id }) => break_id)));
  if (missing.size > 0) throw unknownBreaks(period, [...missing]);
  return found;
}
