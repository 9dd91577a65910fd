import type { stripeReportDifferences } from '../../transforms/marts/stripe_report_differences.ts';
import { instant } from '../../warehouse/clock.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { BankPayout } from './compose.ts';
import { decimalIn, type NegativeBalance, type ReturnedPayout } from './connected.ts';
import type { ReportedDifference } from './document.ts';

const QUERIES = readQueries(import.meta.url, 'finance.queries.sql', {
  payouts_to_bank: ['from', 'until'],
  payouts_that_came_back: ['from', 'until'],
  negative_balances: [],
  report_differences: [],
});

/** The payouts to the bank that a month is about: created in it, arrived in it, or in progress at its end; in the order of creation. */
export async function readBankPayouts(warehouse: Pick<Warehouse, 'query'>, period: Period): Promise<BankPayout[]> {
  return warehouse.query<BankPayout>(
    ...QUERIES.payouts_to_bank(instant(periodStart(period)), instant(periodEnd(period))),
  );
}

/** The payouts of connected accounts that were recorded in a month as failed, canceled or taken back. */
export async function readReturnedPayouts(
  warehouse: Pick<Warehouse, 'query'>,
  period: Period,
): Promise<ReturnedPayout[]> {
  return warehouse.query<ReturnedPayout>(
    ...QUERIES.payouts_that_came_back(instant(periodStart(period)), instant(periodEnd(period))),
  );
}

/** The negative balances of connected accounts, as last read. */
export async function readNegativeBalances(warehouse: Pick<Warehouse, 'query'>): Promise<NegativeBalance[]> {
  return warehouse.query<NegativeBalance>(...QUERIES.negative_balances());
}

/**
 * The lines of Stripe's own reports, as last imported, that differ from the balance transactions of their interval: from the first day up to,
 * not including, the second, as `2026-01-01`.
 */
export async function readReportDifferences(
  warehouse: Pick<Warehouse, 'query'>,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<ReportedDifference[]> {
  const rows = await warehouse.query<Row<typeof stripeReportDifferences>>(...QUERIES.report_differences());
  const ofInterval = rows.filter((row) => row.interval_from_on === from && row.interval_until_on === until);
  return ofInterval.map(({ report_name, currency, bridge_line, bridge_category, ...figures }) => {
    const decimal = (minor: bigint | null): string | null => (minor === null ? null : decimalIn(minor, currency));
    const count = (value: bigint | null): number | null => (value === null ? null : Number(value));
    return {
      ...{ report: report_name, currency, line: bridge_category === '' ? bridge_line : bridge_category },
      ...{ reported_count: count(figures.reported_count), pulled_count: Number(figures.movement_count) },
      ...{ reported_net: decimal(figures.reported_net_minor), pulled_net: decimalIn(figures.net_minor, currency) },
      gross_difference: decimal(figures.gross_difference_minor),
      fee_difference: decimal(figures.fee_difference_minor),
      net_difference: decimalIn(figures.net_difference_minor, currency),
    };
  });
}

/** The same for the reports whose interval is a month. */
export function readReportDifferencesOf(
  warehouse: Pick<Warehouse, 'query'>,
  period: Period,
): Promise<ReportedDifference[]> {
  return readReportDifferences(warehouse, {
    from: instant(periodStart(period)).slice(0, 10),
    until: instant(periodEnd(period)).slice(0, 10),
  });
}
