import { firstUncovered } from '../ingest/stripe/coverage.ts';
import { account, RESOURCES } from '../ingest/stripe/resources.ts';
import type { BreakRow } from '../reports/finance/break-sentences.ts';
import { instant } from '../warehouse/clock.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../warehouse/period.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Services } from './job.ts';

const QUERIES = readQueries(import.meta.url, 'comparison-coverage.queries.sql', {
  last_payout_sent: ['period'],
  pulled_windows: [],
  occurred_since: ['instant'],
  unread_balances: ['period', 'since'],
});

/** The kinds of Stripe's records that a reconciliation compares with our books: all that are pulled but accounts, which move nothing. */
const COMPARED = RESOURCES.filter((resource) => resource !== account).map(({ object }) => object);

/** How old the last pull may be while a period goes on: a day, and the time that the nightly pull may take longer. */
const STALE_AFTER_MS = 26 * 60 * 60 * 1000;

/** How far Stripe's records have been pulled that a comparison of a period needs. */
export interface Coverage {
  /** From when on they are missing; undefined if the comparison is complete. */
  readonly gap: string | undefined;
  /** Up to when a period that is not over has been compared; undefined if it is over, or if the comparison is not complete. */
  readonly comparedUntil: string | undefined;
}

type Stores = Pick<Services, 'warehouse' | 'clock'>;

/**
 * A period that is over is covered if all kinds have been pulled up to its end and to the sending of its last payout. One that goes on is
 * covered up to the end of what has been pulled of all kinds from its start on, which must not be older than 26 hours.
 */
export async function coverageOf({ warehouse, clock }: Stores, period: Period): Promise<Coverage> {
  const start = instant(periodStart(period));
  const covered = await coveredUntil(warehouse, start);
  const now = clock.now();
  if (now >= periodEnd(period)) {
    const needed = await neededUntil(warehouse, period);
    return { gap: covered < needed ? covered : undefined, comparedUntil: undefined };
  }
  const isFresh = covered > start && covered >= instant(now - STALE_AFTER_MS);
  return isFresh ? { gap: undefined, comparedUntil: covered } : { gap: covered, comparedUntil: undefined };
}

async function coveredUntil(warehouse: Warehouse, start: string): Promise<string> {
  const readings = await warehouse.query<{ record_kind: string; pulled_from_at: string; pulled_until_at: string }>(
    ...QUERIES.pulled_windows(),
  );
  const ends = COMPARED.map((kind) =>
    firstUncovered(
      start,
      readings.filter(({ record_kind }) => record_kind === kind),
    ),
  );
  return ends.toSorted()[0] ?? start;
}

async function neededUntil(warehouse: Warehouse, period: Period): Promise<string> {
  const [last] = await warehouse.query<{ sent_at: string | null }>(...QUERIES.last_payout_sent(period));
  const end = instant(periodEnd(period));
  return last?.sent_at && last.sent_at > end ? last.sent_at : end;
}

/**
 * Why the closing balance of a period is not proved by Stripe's own; undefined if it is. A period that is over needs a balance that was read
 * after its end, one that goes on a balance read after its start, in each currency that moved. Stripe need not list a currency in which
 * nothing is left.
 */
export async function unreadBalance({ warehouse, clock }: Stores, period: Period): Promise<string | undefined> {
  const isOver = clock.now() >= periodEnd(period);
  const since = instant(isOver ? periodEnd(period) : periodStart(period));
  const moved = await warehouse.query<{ currency: string; closing_minor: bigint; read_count: bigint }>(
    ...QUERIES.unread_balances(period, since),
  );
  const unread = moved.filter(({ closing_minor, read_count }) => BigInt(read_count) === 0n || closing_minor !== 0n);
  const [first] = unread;
  if (first === undefined) return undefined;
  const where = BigInt(first.read_count) === 0n ? '' : ` in ${unread.map(({ currency }) => currency).join(', ')}`;
  return `Stripe's balance${where} has not been read since the ${isOver ? 'end' : 'beginning'} of ${period}; run pull-stripe.`;
}

/**
 * Whether a break of a period that goes on is only of a movement in our books that is later than the last pull: it has not been compared
 * yet. `coverage` is read unless it is given.
 */
export async function laterThanPull(
  stores: Stores,
  { period, rows, coverage }: { period: Period; rows: readonly BreakRow[]; coverage: Coverage | undefined },
): Promise<(row: BreakRow) => boolean> {
  const isMissing = ({ break_class }: BreakRow): boolean => break_class === 'missing_in_stripe';
  const { comparedUntil } = rows.some(isMissing) ? (coverage ?? (await coverageOf(stores, period))) : {};
  if (comparedUntil === undefined) return () => false;
  const later = await stores.warehouse.query<{ cash_movement: string; flow_id: string }>(
    ...QUERIES.occurred_since(comparedUntil),
  );
  const keys = new Set(later.map(keyOf));
  return (row) => isMissing(row) && keys.has(keyOf(row));
}

const keyOf = ({ cash_movement, flow_id }: { cash_movement: string; flow_id: string }): string =>
  JSON.stringify([cash_movement, flow_id]);
