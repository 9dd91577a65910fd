import { type Cell, type Sheet, type SheetColumn, xlsxOf } from '../render/workbook.ts';
import { NONE, resultInWords } from './break-sentences.ts';
import type { FinanceReport, ReportedBalance, ReportedCategory } from './document.ts';
import { overrideInWords } from './override-sentence.ts';

const ACCENT = '0B5C5E';

/** The digits that a number in a workbook has for sure; an amount with more is written as text. */
const EXACT_DIGITS = 15;

/** In characters; Excel does not open a cell with more than 32,767. */
const LONGEST_TEXT = 32_000;

/** The report as a workbook: summary, bridge, payouts to the bank, returned payouts and negative balances of creators' accounts, what was compared, Stripe's own reports, breaks, and acknowledgements. */
export function renderXlsx(report: FinanceReport): Buffer {
  return xlsxOf({
    creator: 'Tantieme',
    createdAtMs: Date.parse(report.composed_at),
    headerColour: ACCENT,
    sheets: [summary, bridge, payouts, returned, negative, matched, stripeReports, breaks, decisions].map((sheet) =>
      sheet(report),
    ),
  });
}

const text = (title: string, width: number): SheetColumn => ({ title, width, isWrapped: width > 40 });
/** With as many places as each amount has: the currencies of a column differ. */
const figure = (title: string, width = 16): SheetColumn => ({ title, width, format: 'General' });

/** An amount is a number if a spreadsheet can hold it exactly. */
function amount(decimal: string | null): Cell {
  if (decimal === null) return null;
  return decimal.replace(/\D/g, '').length <= EXACT_DIGITS ? Number(decimal) : decimal;
}

function summary({ period, verdict, reason, breaks_by_state, issuer, composed_at, ...report }: FinanceReport): Sheet {
  const { open, in_grace, acknowledged } = breaks_by_state;
  return {
    name: 'Summary',
    columns: [text('Item', 30), text('Value', 90)],
    rows: [
      ['Issuer', issuer],
      ['Period', period],
      ['Verdict', verdict],
      ['Reason', reason],
      ['Breaks, open', String(open)],
      ['Breaks in grace, which may clear by themselves', String(in_grace)],
      ['Breaks acknowledged', String(acknowledged)],
      ...report.comparison_overrides.map((each): Cell[] => ['Paid without a new comparison', overrideInWords(each)]),
      ['Composed at', composed_at],
    ],
  };
}

function bridge({ balances }: FinanceReport): Sheet {
  return {
    name: 'Bridge',
    columns: [
      ...[text('Balance', 26), text('Currency', 10), text('Line', 36)],
      ...[figure('Count', 10), figure('Gross'), figure('Fee'), figure('Net')],
    ],
    rows: balances.flatMap(bridgeRows),
  };
}

/** In the order in which it adds up; what stands below the closing balance explains it. */
function bridgeRows(balance: ReportedBalance): Cell[][] {
  const { balance_type, currency } = balance;
  const category = ({ category: name, count, gross, fee, net }: ReportedCategory): Cell[] => [
    ...[balance_type, currency, name, count],
    ...[gross, fee, net].map(amount),
  ];
  const sum = (name: string, net: string | null): Cell[][] =>
    net === null ? [] : [[balance_type, currency, name, null, null, null, amount(net)]];
  return [
    ...sum('Opening balance', balance.opening),
    ...balance.activity.map(category),
    category(balance.activity_total),
    ...balance.payouts.map(category),
    category(balance.payouts_total),
    ...sum('Closing balance', balance.closing),
    ...sum("Stripe's own balance", balance.at_stripe),
    ...sum('Residual', balance.residual),
    ...sum('In our books', balance.booked),
  ];
}

function payouts({ bank_payouts }: FinanceReport): Sheet {
  return {
    name: 'Payouts to the bank',
    columns: [
      ...[text('Payout', 34), text('Created on', 13), text('Arrives on', 13), text('Status', 14), text('Currency', 10)],
      figure('Amount'),
    ],
    rows: bank_payouts.map((payout) => [
      ...[payout.payout_id_stripe, payout.created_on, payout.arrives_on, payout.status, payout.currency],
      amount(payout.amount),
    ]),
  };
}

function returned({ returned_payouts }: FinanceReport): Sheet {
  return {
    name: 'Returned payouts',
    columns: [
      ...[
        text('Payout', 34),
        text('Account', 30),
        text('Creator', 30),
        text('Created on', 13),
        text('Recorded on', 13),
      ],
      ...[text('Result', 14), text('Reason', 30), text('Currency', 10), figure('Amount')],
    ],
    rows: returned_payouts.map((payout) => [
      ...[payout.payout_id_stripe, payout.account_id_stripe, payout.creator_id, payout.created_on, payout.recorded_on],
      ...[payout.result, payout.reason, payout.currency, amount(payout.amount)],
    ]),
  };
}

function negative({ negative_balances }: FinanceReport): Sheet {
  return {
    name: 'Negative balances',
    columns: [
      ...[text('Account', 30), text('Creator', 30), text('Currency', 10)],
      ...[figure('Available'), figure('Pending'), text('Read on', 13)],
    ],
    rows: negative_balances.map((stock) => [
      ...[stock.account_id_stripe, stock.creator_id, stock.currency],
      ...[amount(stock.available), amount(stock.pending), stock.read_on],
    ]),
  };
}

function matched(report: FinanceReport): Sheet {
  return {
    name: 'Compared',
    columns: [
      ...[text('Kind', 14), text('Result', 28), text('Currency', 10)],
      ...[figure('Count', 10), figure('Our books'), figure('Stripe'), text('Settled as', 20)],
    ],
    rows: report.matched.map(({ kind, result, currency, count, our_books, stripe, settled_as }) => [
      ...[kind, resultInWords(result), currency, count],
      ...[our_books === null ? NONE : amount(our_books), amount(stripe)],
      settled_as,
    ]),
  };
}

function stripeReports({ stripe_reports }: FinanceReport): Sheet {
  return {
    name: "Stripe's own reports",
    columns: [
      ...[text('Report', 40), text('Currency', 10), text('Line', 30)],
      ...[figure('Count in report', 16), figure('Count pulled', 14), figure('Net in report'), figure('Net pulled')],
      ...[figure('Gross difference'), figure('Fee difference'), figure('Net difference')],
    ],
    rows: stripe_reports.map((line) => [
      ...[line.report, line.currency, line.line, line.reported_count, line.pulled_count],
      ...[line.reported_net, line.pulled_net].map(amount),
      ...[line.gross_difference, line.fee_difference, line.net_difference].map(amount),
    ]),
  };
}

function breaks(report: FinanceReport): Sheet {
  return {
    name: 'Breaks',
    columns: [
      ...[text('Break', 40), text('Class', 26), text('Priority', 10), text('State', 14), text('Currency', 10)],
      ...[figure('Our books'), figure('Stripe or bank'), text('In', 10), figure('Settled'), text('Settled in', 10)],
      figure('Age in days', 12),
      ...[text('First found', 26), text('Owner', 20), text('What happened', 70), text('Whose money', 50)],
      ...[text('Creators', 40), text('What to do', 70)],
    ],
    rows: report.breaks.map((each) => [
      ...[each.break_id, each.break_class, each.priority, each.state, each.currency],
      ...[
        amount(each.our_books),
        amount(each.stripe),
        each.stripe_currency,
        amount(each.settled),
        each.settled_currency,
      ],
      each.age_days,
      ...[each.first_seen_at, each.owner, each.what_happened, each.whose_money],
      ...[each.creators.join(' ').slice(0, LONGEST_TEXT) || null, each.what_to_do],
    ]),
  };
}

function decisions(report: FinanceReport): Sheet {
  return {
    name: 'Acknowledgements',
    columns: [
      ...[text('Break', 40), text('Acknowledged by', 24), text('At', 26), text('In force', 10), text('Because', 90)],
    ],
    rows: report.breaks.flatMap(({ break_id, acknowledgements }) =>
      acknowledgements.map(({ acknowledged_by, acknowledged_at, is_in_force, sentence }) => [
        ...[break_id, acknowledged_by, acknowledged_at, is_in_force ? 'yes' : 'no', sentence],
      ]),
    ),
  };
}
