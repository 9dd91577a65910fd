import type { Selectable } from 'kysely';
import type { StripeKind, UnbookedMovement } from '../reports/finance/break-details.ts';
import { type BreakRow, cureOf, isOfBank, whatHappened, whoseMoney } from '../reports/finance/break-sentences.ts';
import { breaks as breaksMart } from '../transforms/marts/breaks.ts';
import { DAY_MS, instant } from '../warehouse/clock.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { BreakAcknowledgementsTable, BreaksSeenTable } from '../warehouse/operational/schema.ts';
import { type Period, parsePeriod, periodEnd } from '../warehouse/period.ts';
import { selectRows } from '../warehouse/table-queries.ts';
import { BREAK_CLASSES, type BreakClass, type BreakClassName } from '../warehouse/vocabulary/reconciliation.ts';
import { stateOf } from './break-state.ts';
import { type Coverage, laterThanPull } from './comparison-coverage.ts';
import type { Services } from './job.ts';

const QUERIES = readQueries(import.meta.url, 'breaks.queries.sql', {
  creators_of_breaks: ['period'],
  breaks_up_to: ['period'],
  unknown_kinds: ['period'],
  unbooked_movements: ['period', 'until'],
});

/** What breaks are read from. */
export type BreakStores = Pick<Services, 'warehouse' | 'operational' | 'clock' | 'breakGraceMs'>;

type BreakAcknowledgement = Omit<Selectable<BreakAcknowledgementsTable>, 'entry' | 'period' | 'break_id'>;

/** A break of a period, with what it means, whose money it is, and what people have decided about it. */
export interface PeriodBreak extends BreakRow {
  readonly priority: BreakClass['priority'];
  readonly what_happened: string;
  readonly whose_money: string;
  /** The creators whom it is about, by id; none if it is about nobody in particular. */
  readonly creators: readonly string[];
  readonly meaning: string;
  readonly cure: string;
  /** Whole days since Stripe created it; if Stripe does not have it, since a reconciliation first found it. */
  readonly age_days: number;
  /** SHA-256 of its class and amounts as they are now. */
  readonly state_digest: string;
  /** `open` is a break that counts; `in_grace` one whose event may still be on its way, or that is later in our books than the last pull; `acknowledged` one that a person accepted as it is. */
  readonly break_state: 'open' | 'in_grace' | 'acknowledged';
  /** Null until a complete reconciliation has found it. */
  readonly first_seen_at: string | null;
  /** The person who works on it. */
  readonly owner: string | null;
  /** The last acknowledgement, even if the break has changed since. */
  readonly acknowledgement: BreakAcknowledgement | null;
  /** Those before it, the last one first. */
  readonly earlier_acknowledgements: readonly BreakAcknowledgement[];
}

/** The breaks of a period as last compared, by id. */
export async function breaksOf(stores: BreakStores, period: Period, coverage?: Coverage): Promise<PeriodBreak[]> {
  return (await breakPage(stores, { period, coverage })).breaks;
}

interface BreakSelection {
  readonly period: Period;
  readonly breakClass?: string | undefined;
  /** The id after which to begin. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  /** How far Stripe's records have been pulled, if it is known already. */
  readonly coverage?: Coverage | undefined;
}

/** Some breaks of a period in the order of their ids, and whether there are more. */
export async function breakPage(
  stores: BreakStores,
  { period, breakClass, after, limit = Number.POSITIVE_INFINITY, coverage }: BreakSelection,
): Promise<{ breaks: PeriodBreak[]; hasMore: boolean }> {
  const rows = await stores.warehouse.query<BreakRow>(
    ...selectRows(breaksMart, {
      where: { period, break_class: breakClass },
      orderBy: ['break_id'],
      after: after === undefined ? undefined : [after],
      ...(Number.isFinite(limit) && { limit: limit + 1 }),
    }),
  );
  const shown = rows.slice(0, limit);
  return { breaks: await decorated(stores, { period, rows: shown, coverage }), hasMore: rows.length > limit };
}

async function decorated(
  stores: BreakStores,
  { period, rows, coverage }: { period: Period; rows: readonly BreakRow[]; coverage: Coverage | undefined },
): Promise<PeriodBreak[]> {
  if (rows.length === 0) return [];
  const creators = Map.groupBy(
    await stores.warehouse.query<{ break_id: string; creator_id: string }>(...QUERIES.creators_of_breaks(period)),
    ({ break_id }) => break_id,
  );
  const seen = await seenIn(stores, period);
  const acknowledgements = await acknowledgementsIn(stores, period);
  const cleared = await lastClearedIn(stores, period);
  const unbooked = await unbookedIn(stores, { period, rows });
  const kinds = await unknownKindsIn(stores, { period, rows });
  const isLater = await laterThanPull(stores, { period, rows, coverage });
  return rows.map((row) => {
    const ids = creators.get(row.break_id)?.map(({ creator_id }) => creator_id) ?? [];
    const known = seen.get(row.break_id);
    const [last, ...earlier] = acknowledgements.get(row.break_id) ?? [];
    const since = row.created_at ?? known?.first_seen_at;
    const age = since === undefined ? 0 : stores.clock.now() - Date.parse(since);
    const { priority, meaning } = BREAK_CLASSES[row.break_class as BreakClassName];
    const isAcknowledged = covers(last, { row, clearedAt: cleared.get(row.break_id) });
    const isHolding = priority === 'high' && isFound(row, known) && !isAcknowledged;
    return {
      ...row,
      ...{
        priority,
        what_happened: whatHappened(row, { unbooked: unbooked.get(row.break_id), kind: kinds.get(row.break_id) }),
        whose_money: whoseMoney(row, ids, { isHolding }),
        creators: ids,
        meaning,
        cure: cureOf(row),
      },
      age_days: Math.max(0, Math.floor(age / DAY_MS)),
      state_digest: stateOf(row).state_digest,
      break_state: isAcknowledged
        ? 'acknowledged'
        : isLater(row) || isInGrace(row, { age, graceMs: stores.breakGraceMs })
          ? 'in_grace'
          : 'open',
      first_seen_at: known?.first_seen_at ?? null,
      owner: known?.owner ?? null,
      acknowledgement: last ?? null,
      earlier_acknowledgements: earlier,
    };
  });
}

/** What the books of a period lack or have too much of each balance, by break; read only if one of the rows is about that. */
async function unbookedIn(
  { warehouse }: Pick<BreakStores, 'warehouse'>,
  { period, rows }: { period: Period; rows: readonly BreakRow[] },
): Promise<Map<string, UnbookedMovement[]>> {
  if (!rows.some(({ break_class }) => break_class === ('books_differ' satisfies BreakClassName))) return new Map();
  const movements = await warehouse.query<UnbookedMovement>(
    ...QUERIES.unbooked_movements(period, instant(periodEnd(period))),
  );
  return Map.groupBy(movements, ({ balance_type, currency }) => `books:${balance_type}:${currency}`);
}

/** What Stripe calls the kinds that are not known, by break; read only if one of the rows is about that. */
async function unknownKindsIn(
  { warehouse }: Pick<BreakStores, 'warehouse'>,
  { period, rows }: { period: Period; rows: readonly BreakRow[] },
): Promise<Map<string, StripeKind>> {
  if (!rows.some(({ break_class }) => break_class === ('unclassified' satisfies BreakClassName))) return new Map();
  const kinds = await warehouse.query<StripeKind & { break_id: string }>(...QUERIES.unknown_kinds(period));
  return new Map(kinds.map(({ break_id, ...kind }) => [break_id, kind]));
}

/** Whether it is there as last recorded: of Stripe's, by a complete comparison; what a bank says counts at once. */
function isFound({ break_class }: BreakRow, seen: { readonly cleared_at: string | null } | undefined): boolean {
  return seen === undefined ? isOfBank(break_class) : seen.cleared_at === null;
}

/** The classes that an event of a service cures which is late: the break may vanish by itself. */
const CURED_BY_LATE_EVENTS: readonly string[] = ['missing_in_ledger', 'amount_differs'] satisfies BreakClassName[];

/** Only what Stripe has is late on our side: services learn of it by Stripe's webhooks, which are tried again for three days. */
function isInGrace(row: BreakRow, { age, graceMs }: { age: number; graceMs: number }): boolean {
  return row.created_at !== null && age < graceMs && CURED_BY_LATE_EVENTS.includes(row.break_class);
}

/** An acknowledgement covers one break as it was: of the same class, with the same amounts, and found ever since. */
function covers(
  acknowledgement: BreakAcknowledgement | undefined,
  { row, clearedAt = '' }: { row: BreakRow; clearedAt: string | undefined },
): boolean {
  if (acknowledgement === undefined || acknowledgement.acknowledged_at <= clearedAt) return false;
  return acknowledgement.state_digest === stateOf(row).state_digest;
}

/** When a reconciliation last no longer found a break, by break. */
async function lastClearedIn(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<Map<string, string>> {
  const rows = await operational
    .selectFrom('break_history')
    .select(({ fn }) => ['break_id', fn.max('changed_at').as('cleared_at')])
    .where('period', '=', period)
    .where('change', '=', 'cleared')
    .groupBy('break_id')
    .execute();
  return new Map(rows.map(({ break_id, cleared_at }) => [break_id, cleared_at]));
}

/** What reconciliations of a period have recorded of each break. */
export async function seenIn(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<Map<string, Selectable<BreaksSeenTable>>> {
  const rows = await operational.selectFrom('breaks_seen').selectAll().where('period', '=', period).execute();
  return new Map(rows.map((row) => [row.break_id, row]));
}

/** By break, the last one first. */
async function acknowledgementsIn(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<Map<string, BreakAcknowledgement[]>> {
  const rows = await operational
    .selectFrom('break_acknowledgements')
    .selectAll()
    .where('period', '=', period)
    .orderBy('entry', 'desc')
    .execute();
  const byBreak = new Map<string, BreakAcknowledgement[]>();
  for (const { entry: _, period: _period, break_id, ...acknowledgement } of rows) {
    byBreak.set(break_id, [...(byBreak.get(break_id) ?? []), acknowledgement]);
  }
  return byBreak;
}

/** A break that keeps the payouts of a creator back. */
export interface HoldingBreak {
  readonly period: string;
  readonly break_id: string;
  readonly break_class: string;
  readonly what_happened: string;
}

/** What holds are read from: the warehouse, or a transaction of it. */
export interface HoldStores extends Pick<Services, 'operational'> {
  readonly warehouse: Pick<Services['warehouse'], 'query'>;
}

/**
 * The creators whose payouts are on hold after the closing of a period: those whose money a break of high priority is about, in that period
 * or an earlier one, that nobody has acknowledged as it is; with the breaks. A break that is about nobody in particular holds nobody; one
 * whose event may still be on its way holds too, for a payout cannot be taken back. Of Stripe's, only what a complete comparison has found counts:
 * before its records are pulled, every charge looks as if it were missing. What a bank says counts at once.
 */
export async function holdsOf(
  stores: HoldStores,
  period: Period,
): Promise<ReadonlyMap<string, readonly HoldingBreak[]>> {
  const rows = await stores.warehouse.query<BreakRow & { creator_id: string }>(...QUERIES.breaks_up_to(period));
  const high = rows.filter((row) => BREAK_CLASSES[row.break_class as BreakClassName].priority === 'high');
  const holds = new Map<string, HoldingBreak[]>();
  for (const [each, ofPeriod] of Map.groupBy(high, (row) => parsePeriod(row.period))) {
    const seen = await seenIn(stores, each);
    const acknowledgements = await acknowledgementsIn(stores, each);
    const cleared = await lastClearedIn(stores, each);
    for (const { creator_id, ...row } of ofPeriod) {
      const { break_id, break_class } = row;
      const [last] = acknowledgements.get(break_id) ?? [];
      if (!isFound(row, seen.get(break_id)) || covers(last, { row, clearedAt: cleared.get(break_id) })) continue;
      const hold = { period: each, break_id, break_class, what_happened: whatHappened(row) };
      holds.set(creator_id, [...(holds.get(creator_id) ?? []), hold]);
    }
  }
  return holds;
}
