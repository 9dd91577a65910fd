import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { formatDay, formatMonth, groupDigits } from '../format.ts';

const columnsOf = (day: string, record: string): readonly Column[] => [
  { title: day, x: 0, width: 80, align: 'left' },
  { title: 'Balance of', x: 86, width: 78, align: 'left' },
  { title: 'Payout', x: 170, width: 136, align: 'left' },
  { title: record, x: 312, width: 118, align: 'left' },
  { title: 'Amount', x: 436, width: WIDTH - 436, align: 'right' },
];

/** Draws the payouts of the period, what came back of payouts, and what became of others; draws nothing if there are none, because the summary shows that. */
export function drawPayouts(page: PageWriter, doc: StatementDocument): void {
  const { currency, summary } = doc;
  drawMoved(page, {
    title: `Payouts in ${currency} during the period`,
    columns: columnsOf('Sent on', 'Stripe transfer'),
    moved: doc.payouts.map(({ sent_on, transfer_id_stripe, ...payout }) => ({
      ...{ ...payout, on: sent_on, record: transfer_id_stripe },
    })),
    total: ['Total payouts', summary.payouts],
  });
  drawMoved(page, {
    title: `Payouts in ${currency} that came back during the period`,
    columns: columnsOf('Reversed on', 'Stripe reversal'),
    moved: doc.payout_reversals.map(({ reversed_on, reversal_id_stripe, ...reversal }) => ({
      ...{ ...reversal, on: reversed_on, record: reversal_id_stripe },
    })),
    total: ['Total reversed', summary.payout_reversals],
  });
  drawNotices(page, doc);
}

const NOTICES: readonly Column[] = [
  { title: 'On', x: 0, width: 80, align: 'left' },
  { title: 'What became of it', x: 86, width: 344, align: 'left' },
  { title: 'Amount', x: 436, width: WIDTH - 436, align: 'right' },
];

function drawNotices(page: PageWriter, { payout_notices, currency }: StatementDocument): void {
  if (payout_notices.length === 0) return;
  const [on, what, amount] = NOTICES as [Column, Column, Column];
  const rows: Row[] = payout_notices.map((notice) => ({
    kind: 'line',
    cells: [
      [setText(formatDay(notice.noticed_on), { style: STYLE.cell, width: on.width })],
      [
        setText(notice.explanation, { style: STYLE.cell, width: what.width }),
        setText(notice.payout_id, { style: STYLE.id, width: what.width }),
      ],
      [setFitting(groupDigits(notice.amount), { style: STYLE.figure, width: amount.width, align: 'right' })],
    ],
  }));
  drawTable(page, { title: `Other payouts in ${currency} since your last statement`, columns: NOTICES, rows });
  page.y += SECTION_GAP;
}

interface Moved {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly moved: readonly {
    readonly on: string;
    readonly paid_period: string;
    readonly payout_id: string;
    readonly record: string;
    readonly amount: string;
  }[];
  readonly total: readonly [string, string];
}

function drawMoved(page: PageWriter, { title, columns, moved, total: [totalOf, sum] }: Moved): void {
  if (moved.length === 0) return;
  const cells = (texts: readonly string[], amount: string, strong: boolean): Row['cells'] =>
    columns.map(({ width, align }, i) => {
      const text = texts[i];
      if (align === 'right')
        return [setFitting(amount, { style: strong ? STYLE.figureStrong : STYLE.figure, width, align })];
      return text === undefined
        ? []
        : [setText(text, { style: strong ? STYLE.cellStrong : i < 2 ? STYLE.cell : STYLE.id, width })];
    });
  const rows: Row[] = moved.map(({ on, paid_period, payout_id, record, amount }) => {
    const texts = [formatDay(on), formatMonth(paid_period), payout_id, record];
    return { kind: 'line', cells: cells(texts, groupDigits(amount), false) };
  });
  const total: Row = { kind: 'total', cells: cells([totalOf], groupDigits(sum), true) };
  drawTable(page, { title, columns, rows: [...rows, total] });
  page.y += SECTION_GAP;
}
