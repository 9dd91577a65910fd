import { instant } from '../warehouse/clock.ts';
import { Conflict, Rejected } from '../warehouse/errors.ts';
import type { Period } from '../warehouse/period.ts';
import { historyRow, unknownBreaks, upsertSeen } from './break-history.ts';
import { stateOf } from './break-state.ts';
import { type BreakStores, breaksOf, type PeriodBreak, seenIn } from './breaks.ts';

interface AcknowledgeBreaks {
  readonly period: Period;
  readonly breakIds: readonly string[];
  /** The state digest of the one break that is acknowledged, as it was looked at, or its first 12 digits or more. */
  readonly stateDigest?: string | undefined;
  /** What the difference is, and why it may stay. */
  readonly sentence: string;
  /** Who acknowledges them. */
  readonly by: string;
}

interface AcknowledgedBreaks {
  /** The breaks that this request has acknowledged. */
  readonly acknowledged: readonly PeriodBreak[];
  /** How many of those that were asked for had been acknowledged before, and keep their acknowledgement. */
  readonly unchanged: number;
}

/**
 * Acknowledges breaks as they are now, each by its id, all of them or none. A break that is acknowledged keeps that acknowledgement; one
 * that changes later, or goes and comes back, needs another. Throws `Rejected` for an empty sentence, `NotFound` for an unknown id, and
 * `Conflict` for a break that no complete comparison has found, or that is no longer what it was when it was looked at: without a state
 * digest, when a reconciliation last recorded it.
 */
export async function acknowledgeBreaks(
  stores: BreakStores,
  { period, breakIds, stateDigest, sentence, by }: AcknowledgeBreaks,
): Promise<AcknowledgedBreaks> {
  const because = sentence.trim();
  if (because === '') {
    throw new Rejected('Breaks cannot be acknowledged without a reason; say in one sentence what the difference is.');
  }
  if (stateDigest !== undefined && breakIds.length !== 1) {
    throw new Rejected('A state digest is that of one break; acknowledge one break with it, or several without.');
  }
  const wanted = await requireRecorded(stores, period, breakIds);
  for (const { found, recorded } of wanted) assertUnchanged(found, stateDigest ?? recorded);
  const pending = wanted.map(({ found }) => found).filter(({ break_state }) => break_state !== 'acknowledged');
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

/** Gives a break to a person, who works on it from now on. Throws `Rejected` for an empty name, `NotFound` for an unknown id, and `Conflict` for one that no complete comparison has found. */
export async function assignBreak(
  stores: BreakStores,
  { period, breakId, owner, by }: { period: Period; breakId: string; owner: string; by: string },
): Promise<PeriodBreak> {
  const name = owner.trim();
  if (name === '') throw new Rejected('A break cannot be assigned to nobody; give the name of a person.');
  const [{ found }] = (await requireRecorded(stores, period, [breakId])) as [RecordedBreak];
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

interface RecordedBreak {
  readonly found: PeriodBreak;
  /** Its state digest when a reconciliation last recorded it. */
  readonly recorded: string;
}

async function requireRecorded(stores: BreakStores, period: Period, ids: readonly string[]): Promise<RecordedBreak[]> {
  const found = await requireBreaks(stores, period, ids);
  const seen = await seenIn(stores, period);
  return found.map((each) => {
    const recorded = seen.get(each.break_id);
    if (recorded?.cleared_at === null) return { found: each, recorded: recorded.state_digest };
    throw new Conflict(
      `The break ${JSON.stringify(each.break_id)} cannot be decided about: no complete comparison of ${period} has found it; run "tantieme pull-stripe", then "tantieme reconcile ${period}".`,
    );
  });
}

function assertUnchanged({ period, break_id, state_digest }: PeriodBreak, seen: string): void {
  if (state_digest.startsWith(seen)) return;
  throw new Conflict(
    `The break ${JSON.stringify(break_id)} cannot be acknowledged: it has changed since it was looked at or recorded; look at it with "tantieme breaks show ${period} ID", then acknowledge it as of ${state_digest.slice(0, 12)}.`,
  );
}

async function requireBreaks(stores: BreakStores, period: Period, ids: readonly string[]): Promise<PeriodBreak[]> {
  const wanted = new Set(ids);
  const found = (await breaksOf(stores, period)).filter(({ break_id }) => wanted.has(break_id));
  const missing = wanted.difference(new Set(found.map(({ break_id }) => break_id)));
  if (missing.size > 0) throw unknownBreaks(period, [...missing]);
  return found;
}
