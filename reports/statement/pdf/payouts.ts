import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { formatDay, formatMonth, groupDigits } from '../format.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Sent on', x: 0, width: 80, align: 'left' },
  { title: 'Balance of', x: 86, width: 78, align: 'left' },
  { title: 'Payout', x: 170, width: 136, align: 'left' },
  { title: 'Stripe transfer', x: 312, width: 118, align: 'left' },
  { title: 'Amount', x: 436, width: WIDTH - 436, align: 'right' },
];

/** Draws the payouts of the period; draws nothing if there are none, because the summary shows that. */
export function drawPayouts(page: PageWriter, { payouts, currency, summary }: StatementDocument): void {
  if (payouts.length === 0) return;
  const cells = (texts: readonly string[], amount: string, strong: boolean): Row['cells'] =>
    COLUMNS.map(({ width, align }, i) => {
      const text = texts[i];
      if (align === 'right')
        return [setFitting(amount, { style: strong ? STYLE.figureStrong : STYLE.figure, width, align })];
      return text === undefined
        ? []
        : [setText(text, { style: strong ? STYLE.cellStrong : i < 2 ? STYLE.cell : STYLE.id, width })];
    });
  const rows: Row[] = payouts.map(({ sent_on, paid_period, payout_id, transfer_id_stripe, amount }) => {
    const texts = [formatDay(sent_on), formatMonth(paid_period), payout_id, transfer_id_stripe];
    return { kind: 'line', cells: cells(texts, groupDigits(amount), false) };
  });
  const total: Row = { kind: 'total', cells: cells(['Total payouts'], groupDigits(summary.payouts), true) };
  drawTable(page, { title: `Payouts in ${currency} during the period`, columns: COLUMNS, rows: [...rows, total] });
  page.y += SECTION_GAP;
}
