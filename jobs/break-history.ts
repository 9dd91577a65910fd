import type { Insertable, Selectable } from 'kysely';
import { type BreakRow, isOfBank } from '../reports/finance/break-sentences.ts';
import { breaks as breaksMart } from '../transforms/marts/breaks.ts';
import { instant } from '../warehouse/clock.ts';
import { NotFound } from '../warehouse/errors.ts';
import { insertable } from '../warehouse/operational/insertable.ts';
import type { Operational } from '../warehouse/operational/operational.ts';
import type { BreakHistoryTable, BreaksSeenTable } from '../warehouse/operational/schema.ts';
import type { Period } from '../warehouse/period.ts';
import { selectRows } from '../warehouse/table-queries.ts';
import { stateOf, storedState } from './break-state.ts';
import { type BreakStores, breaksOf, type PeriodBreak, seenIn } from './breaks.ts';
import { type Coverage, laterThanPull } from './comparison-coverage.ts';
import type { Services } from './job.ts';

type Change = BreakHistoryTable['change'];
type Seen = Selectable<BreaksSeenTable>;

/**
 * Records, in one transaction, what a comparison has found, of one that is not complete what banks say: breaks that are new or back, those whose class or amounts have changed,
 * and those that are no longer found. What our books have since the last pull is left out. Recording the same comparison again adds nothing to the history.
 */
export async function recordBreaks(
  { warehouse, operational, clock }: Pick<Services, 'warehouse' | 'operational' | 'clock'>,
  { period, by, coverage }: { period: Period; by: string; coverage?: Coverage },
): Promise<void> {
  const counts = ({ break_class }: Pick<BreakRow, 'break_class'>): boolean =>
    coverage?.gap === undefined || isOfBank(break_class);
  const all = await warehouse.query<BreakRow>(...selectRows(breaksMart, { where: { period } }));
  const isLater = await laterThanPull({ warehouse, clock }, { period, rows: all, coverage });
  const rows = all.filter((row) => counts(row) && !isLater(row));
  const now = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    const before = await seenIn({ operational: transaction }, period);
    const found = rows.map((row) => seenNow(row, { before: before.get(row.break_id), now }));
    const ids = new Set(rows.map(({ break_id }) => break_id));
    const vanished = [...before.values()]
      .filter((each) => counts(each) && each.cleared_at === null && !ids.has(each.break_id))
      .map((each): Seen => ({ ...each, cleared_at: now }));
    const history = [...found, ...vanished].flatMap((seen) => {
      const change = changeOf(before.get(seen.break_id), seen);
      return change === undefined ? [] : [historyRow(seen, { change, changed_at: now, changed_by: by })];
    });
    for (const some of insertable(history)) await transaction.insertInto('break_history').values(some).execute();
    for (const some of insertable([...found, ...vanished])) await upsertSeen(transaction, some);
  });
}

function seenNow(row: BreakRow, { before, now }: { before: Seen | undefined; now: string }): Seen {
  const { period, break_id } = row;
  const first_seen_at = before?.first_seen_at ?? now;
  return {
    period,
    break_id,
    ...stateOf(row),
    first_seen_at,
    last_seen_at: now,
    cleared_at: null,
    owner: before?.owner ?? null,
  };
}

function changeOf(before: Seen | undefined, now: Seen): Change | undefined {
  if (before === undefined) return 'found';
  if (now.cleared_at !== null) return 'cleared';
  if (before.cleared_at !== null) return 'found_again';
  return before.state_digest === now.state_digest ? undefined : 'changed';
}

/** A row of the history about a break as it is stored in `breaks_seen`. */
export function historyRow(
  seen: Seen,
  what: Pick<BreakHistoryTable, 'change' | 'changed_at' | 'changed_by'>,
): Insertable<BreakHistoryTable> {
  const { period, break_id, owner } = seen;
  return { period, break_id, owner, ...what, ...storedState(seen) };
}

/** Writes what a break is like now. The owner of a break that is known stays: somebody may assign it at the same time. */
export async function upsertSeen(operational: Operational, rows: readonly Seen[]): Promise<void> {
  await operational
    .insertInto('breaks_seen')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['period', 'break_id']).doUpdateSet(({ ref }) => ({
        break_class: ref('excluded.break_class'),
        currency: ref('excluded.currency'),
        ledger_minor: ref('excluded.ledger_minor'),
        stripe_minor: ref('excluded.stripe_minor'),
        settled_currency: ref('excluded.settled_currency'),
        settled_minor: ref('excluded.settled_minor'),
        fee_minor: ref('excluded.fee_minor'),
        state_digest: ref('excluded.state_digest'),
        last_seen_at: ref('excluded.last_seen_at'),
        cleared_at: ref('excluded.cleared_at'),
      })),
    )
    .execute();
}

export type BreakHistoryEntry = Omit<Selectable<BreakHistoryTable>, 'entry' | 'period' | 'break_id'>;

/** All that is known of a break, even if it is no longer found. */
export interface BreakDossier {
  readonly period: string;
  readonly break_id: string;
  readonly first_seen_at: string | null;
  readonly last_seen_at: string | null;
  /** When a reconciliation no longer found it; null while it is there. */
  readonly cleared_at: string | null;
  readonly owner: string | null;
  /** As it is now; null if it is no longer found. */
  readonly found: PeriodBreak | null;
  /** What became of it, in order. */
  readonly history: readonly BreakHistoryEntry[];
}

/** One break of a period with its history. Throws `NotFound` if no reconciliation of the period has found it. */
export async function requireBreak(
  stores: BreakStores,
  { period, breakId }: { period: Period; breakId: string },
): Promise<BreakDossier> {
  const found = (await breaksOf(stores, period)).find(({ break_id }) => break_id === breakId);
  const seen = await stores.operational
    .selectFrom('breaks_seen')
    .selectAll()
    .where('period', '=', period)
    .where('break_id', '=', breakId)
    .executeTakeFirst();
  if (!found && !seen) throw unknownBreaks(period, [breakId]);
  const history = await stores.operational
    .selectFrom('break_history')
    .selectAll()
    .where('period', '=', period)
    .where('break_id', '=', breakId)
    .orderBy('entry')
    .execute();
  return {
    period,
    break_id: breakId,
    first_seen_at: seen?.first_seen_at ?? null,
    last_seen_at: seen?.last_seen_at ?? null,
    cleared_at: seen?.cleared_at ?? null,
    owner: seen?.owner ?? null,
    found: found ?? null,
    history: history.map(({ entry: _, period: _period, break_id: _id, ...entry }) => entry),
  };
}

export function unknownBreaks(period: Period, ids: readonly string[]): NotFound {
  const quoted = ids.map((id) => JSON.stringify(id)).join(', ');
  return new NotFound(
    `${period} has no ${ids.length === 1 ? 'break' : 'breaks'} ${quoted}; for all of them, run "tantieme breaks list ${period}".`,
  );
}
