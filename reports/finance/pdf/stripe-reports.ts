import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { drawTable } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import type { FinanceReport, ReportedDifference } from '../document.ts';
import { columnsOf, figureCell, textCell } from './cells.ts';

const COLUMNS = columnsOf([
  ['Report and line', 0],
  ['Currency', 44],
  ['In the report', 92, 'right'],
  ['Pulled', 92, 'right'],
  ['Difference', 84, 'right'],
]);
type Column = (typeof COLUMNS)[number];

/** Draws the lines of Stripe's own reports whose net amounts, gross amounts, fees or counts the balance transactions do not give; else nothing. */
export function drawStripeReports(page: PageWriter, { stripe_reports }: FinanceReport): void {
  if (stripe_reports.length === 0) return;
  const [name, currency, reported, pulled, difference] = COLUMNS as [Column, Column, Column, Column, Column];
  drawTable(page, {
    title: "Stripe's own reports",
    columns: COLUMNS,
    rows: stripe_reports.map((line) => ({
      kind: 'line',
      cells: [
        [textCell(line.line.replaceAll('_', ' '), name), textCell(noteOf(line), name, STYLE.label)],
        [textCell(line.currency, currency)],
        line.reported_net === null ? [] : [figureCell(line.reported_net, reported)],
        [figureCell(line.pulled_net, pulled)],
        [figureCell(line.net_difference, difference)],
      ],
    })),
  });
  page.y += SECTION_GAP;
}

function noteOf({ report, net_difference }: ReportedDifference): string {
  return /[1-9]/.test(net_difference) ? report : `${report}: the count, the gross amount or the fee differs`;
}
