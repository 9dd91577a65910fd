import type { PageWriter } from '../../render/pdf/page-writer.ts';
import type { Block } from '../../render/pdf/paragraph.ts';
import { drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import type { FinanceReport, ReportedBalance, ReportedCategory } from '../document.ts';
import { columnsOf, figureCell, textCell } from './cells.ts';

const COLUMNS = columnsOf([
  ['Line', 0],
  ['Count', 52, 'right'],
  ['Gross', 92, 'right'],
  ['Fee', 80, 'right'],
  ['Net', 96, 'right'],
]);
const [LINE, COUNT, GROSS, FEE, NET] = COLUMNS as [Col, Col, Col, Col, Col];
type Col = (typeof COLUMNS)[number];
/** What has only a net amount may be as wide as the other columns together. */
const WIDE: Col = { ...LINE, width: NET.x - 8 };

const BALANCES: Readonly<Record<string, string>> = {
  payments: 'Payments balance',
  issuing: 'Issuing balance',
  refund_and_dispute_prefunding: 'Prefunding balance for refunds and disputes',
  risk_reserved: 'Reserved balance',
};

/** Draws the bridge of each balance and currency, by the categories of Stripe's own reports. */
export function drawBridge(page: PageWriter, { balances }: FinanceReport): void {
  for (const balance of balances) {
    const name = BALANCES[balance.balance_type] ?? `Balance ${balance.balance_type}`;
    drawTable(page, { title: `${name} in ${balance.currency}`, columns: COLUMNS, rows: rowsOf(balance) });
    page.y += SECTION_GAP;
  }
}

function rowsOf(balance: ReportedBalance): Row[] {
  return [
    sumRow('Opening balance', balance.opening),
    ...balance.activity.map((each) => categoryRow(each, 'line')),
    ...(balance.activity.length > 0 ? [categoryRow(balance.activity_total, 'total')] : []),
    ...balance.payouts.map((each) => categoryRow(each, 'line')),
    ...(balance.payouts.length > 1 ? [categoryRow(balance.payouts_total, 'total')] : []),
    sumRow('Closing balance', balance.closing),
    ...(balance.at_stripe === null
      ? [neverRead()]
      : [lineRow("Stripe's own balance at the end of the month", balance.at_stripe)]),
    ...(balance.residual === null ? [] : [sumRow('Residual: what Stripe has more', balance.residual)]),
    ...(balance.booked === null ? [] : [lineRow('In our books', balance.booked)]),
  ];
}

function categoryRow({ category, count, gross, fee, net }: ReportedCategory, kind: 'line' | 'total'): Row {
  const [words, figures] = kind === 'total' ? [STYLE.cellStrong, STYLE.figureStrong] : [STYLE.cell, STYLE.figure];
  return {
    kind,
    cells: [
      [textCell(kind === 'total' ? category : nameOf(category), LINE, words)],
      [figureCell(String(count), COUNT, figures)],
      [figureCell(gross, GROSS, figures)],
      [figureCell(fee, FEE, figures)],
      [figureCell(net, NET, figures)],
    ],
  };
}

const sumRow = (name: string, net: string): Row => ({
  kind: 'total',
  cells: withNet(textCell(name, WIDE, STYLE.cellStrong), figureCell(net, NET, STYLE.figureStrong)),
});

const lineRow = (name: string, net: string): Row => ({
  kind: 'line',
  cells: withNet(textCell(name, WIDE), figureCell(net, NET)),
});

const neverRead = (): Row => ({
  kind: 'line',
  cells: withNet(textCell("Stripe's own balance was never read, so nothing proves the closing balance.", WIDE)),
});

const withNet = (name: Block, net?: Block): Row['cells'] => [[name], [], [], [], net ? [net] : []];

/** `dispute_reversal` as in Stripe's reports: Dispute reversal. */
function nameOf(category: string): string {
  const words = category.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
