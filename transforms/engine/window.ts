import { instant } from '../../warehouse/clock.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { type Period, parsePeriod, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { allCloses } from '../ledger/closing.ts';
import { timestampLiteral } from './sql-text.ts';

const QUERIES = readQueries(import.meta.url, 'window.queries.sql', {
  latest_draft: ['from', 'before'],
  moved_counts: ['from', 'until'],
});

/**
 * What is booked in a period: what happened in it, and what happened earlier but was recorded after the closing of the month
 * before it. The parameters `$period`, `$starts_at` … of a model have these values.
 */
export interface BookingWindow {
  readonly period: Period;
  /** The period whose books this one continues; empty for the first one. */
  readonly previous_period: Period | '';
  readonly starts_at: string;
  readonly ends_at: string;
  /** What happened before `starts_at` is booked in this period if it was recorded from here on. */
  readonly late_from_at: string;
  /** What happened from here on, or was recorded from `open_late_from_at` on, may be in the draft of an open period before this one. */
  readonly open_from_at: string;
  readonly open_late_from_at: string;
  /** What happened earlier is before the first period of the books. */
  readonly books_start_at: string;
}

/** No instant is as late as this one, or later. */
const NEVER = '9999-12-31T00:00:00.000Z';
const ALWAYS = '1970-01-01T00:00:00.000Z';

type Reader = Pick<WarehouseWriter, 'query'>;

/**
 * The window of a period that is not closed. The earliest open period also has what was recorded late; a later one, which can
 * only be drafted, continues the latest draft before it. Before the first closing, the first period that is built begins the
 * books: a `closing` ignores the drafts of earlier periods.
 */
export async function windowOf(
  reader: Reader,
  period: Period,
  { closing = false }: { closing?: boolean } = {},
): Promise<BookingWindow> {
  const closes = (await allCloses(reader)).filter((close) => close.period < period);
  const [first, last] = [closes[0], closes.at(-1)];
  const bounds = { period, starts_at: instant(periodStart(period)), ends_at: instant(periodEnd(period)) };
  const isNext = last ? period === last.next_period : closing;
  const draft = isNext ? undefined : await latestDraft(reader, { from: last?.next_period ?? '', before: period });
  const begins = first?.period ?? draft?.first ?? period;
  return {
    ...bounds,
    previous_period: draft?.last ?? (last ? parsePeriod(last.period) : ''),
    open_from_at: draft ? instant(periodStart(draft.first)) : bounds.starts_at,
    open_late_from_at: last?.cutoff_at ?? ALWAYS,
    late_from_at: last ? (isNext ? last.cutoff_at : NEVER) : draft ? NEVER : ALWAYS,
    books_start_at: instant(periodStart(parsePeriod(begins))),
  };
}

async function latestDraft(
  reader: Reader,
  { from, before }: { from: string; before: string },
): Promise<{ first: Period; last: Period } | undefined> {
  const [row] = await reader.query<{ first_period: string | null; last_period: string | null }>(
    ...QUERIES.latest_draft(from, before),
  );
  return row?.first_period && row.last_period
    ? { first: parsePeriod(row.first_period), last: parsePeriod(row.last_period) }
    : undefined;
}

/** Whether a window has so much of what Stripe has moved that looking for what belongs to it would cost more than reading all. */
export async function isMostOfHistory(
  reader: Reader,
  { starts_at, ends_at }: Pick<BookingWindow, 'starts_at' | 'ends_at'>,
): Promise<boolean> {
  const [counts] = await reader.query<{ own_count: bigint; all_count: bigint }>(
    ...QUERIES.moved_counts(starts_at, ends_at),
  );
  return counts === undefined || counts.own_count * 2n > counts.all_count;
}

const PARAMETER = /\$([a-z][a-z_]*)/g;

/** The SELECT with the values of a window in place of its parameters, as literals: the engines then read only the partitions they need. */
export function bindWindow(sql: string, window: BookingWindow): string {
  return sql.replace(PARAMETER, (text, name: string) => {
    if (!Object.hasOwn(window, name)) throw new TypeError(`A model has the unknown parameter ${text}.`);
    const value = window[name as keyof BookingWindow];
    return name.endsWith('_at') ? timestampLiteral(value) : `'${value}'`;
  });
}
