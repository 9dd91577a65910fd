import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { type CsvRecord, parseCsv } from './csv.ts';

/** One line of a report by the names of its columns. */
type Line = Readonly<Record<string, string>>;

interface Report {
  readonly columns: readonly string[];
  /** The line of the bridge that a line is about, and its category: '' if it is the sum of all. Undefined: it is not compared. */
  readonly requireBridge: (
    line: Line,
  ) => { readonly bridge_line: string; readonly bridge_category: string } | undefined;
}

const SUMMARY = ['reporting_category', 'currency', 'count', 'gross', 'fee', 'net'];

/** The sum of a summary is a line of its own. */
const TOTAL = 'total';

const BALANCE_LINES: Readonly<Record<string, string>> = {
  starting_balance: 'opening',
  activity: 'activity',
  payouts: 'payouts',
  ending_balance: 'closing',
};

const summaryOf = (bridge_line: string): Report => ({
  columns: SUMMARY,
  requireBridge: ({ reporting_category = '' }) => ({
    bridge_line,
    bridge_category: reporting_category === TOTAL ? '' : reporting_category,
  }),
});

/** The parts of a closing balance sum to it. */
const endingOf = (columns: readonly string[]): Report => ({
  columns,
  requireBridge: ({ reporting_category }) =>
    reporting_category === TOTAL ? undefined : { bridge_line: 'closing', bridge_category: '' },
});

/**
 * Stripe's reports that are compared with its balance transactions, by Stripe's names. Fees in them are negative, and `net` is
 * `gross + fee`. Source: docs.stripe.com/reports/report-types/balance and /payout-reconciliation.
 */
const REPORTS: Readonly<Record<string, Report>> = {
  'balance.summary.1': {
    columns: ['category', 'net_amount', 'currency'],
    requireBridge({ category = '' }) {
      const bridge_line = BALANCE_LINES[category];
      if (!bridge_line) throw new Rejected(`its category ${JSON.stringify(category)} is not known.`);
      return { bridge_line, bridge_category: '' };
    },
  },
  'balance_change_from_activity.summary.1': summaryOf('activity'),
  'payouts.summary.1': summaryOf('payouts'),
  'ending_balance_reconciliation.summary.1': endingOf(SUMMARY),
  'ending_balance_reconciliation.itemized.4': endingOf(['reporting_category', 'currency', 'gross', 'fee', 'net']),
};

/** Throws `Rejected` for a report that is not compared. */
export function assertKnownReport(name: string): void {
  if (Object.hasOwn(REPORTS, name)) return;
  throw new Rejected(
    `The report ${JSON.stringify(name)} cannot be imported; the reports are ${Object.keys(REPORTS).join(', ')}.`,
  );
}

/**
 * The rows of `stripe.report_lines` of a report in CSV, with amounts in minor units and the signs of the report; without the
 * interval and `recorded_at`. Throws `Rejected` with the line that cannot be read: a report is imported as a whole or not at all.
 */
export function parseReport(name: string, text: string): ValueRow[] {
  assertKnownReport(name);
  const [header, ...records] = parseCsv(text);
  const report = REPORTS[name] as Report;
  const missing = report.columns.filter((column) => !header?.fields.includes(column));
  if (missing.length > 0) throw new Rejected(`It is not the report ${name}: it has no column ${missing.join(', ')}.`);
  return records.map((record) => {
    try {
      return parseRow(report, { name, record, header: header?.fields ?? [] });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      throw new Rejected(`Its line ${record.line} cannot be read: ${messageOf(error)}`);
    }
  });
}

function parseRow(
  { requireBridge }: Report,
  { name, record, header }: { name: string; record: CsvRecord; header: readonly string[] },
): ValueRow {
  if (record.fields.length !== header.length) {
    throw new Rejected(`it has ${record.fields.length} fields, but the first line has ${header.length}.`);
  }
  const line: Line = Object.fromEntries(header.map((column, at) => [column, record.fields[at] ?? '']));
  const currency = (line.currency ?? '').toUpperCase();
  const minor = (text: string | undefined): bigint | null =>
    text === undefined || text === '' ? null : decimalToMinor(text, currency);
  const net_minor = minor(line.net ?? line.net_amount);
  if (net_minor === null) throw new Rejected('it has no net amount.');
  return {
    report_name: name,
    line_number: BigInt(record.line),
    currency,
    ...(requireBridge(line) ?? { bridge_line: null, bridge_category: null }),
    movement_count: line.count ? parseCount(line.count) : null,
    gross_minor: minor(line.gross),
    fee_minor: minor(line.fee),
    net_minor,
    line_stripe: JSON.stringify(line),
  };
}

function parseCount(text: string): bigint {
  if (!/^\d{1,15}$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is not a count.`);
  return BigInt(text);
}
