import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { drawTable } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import { resultInWords } from '../break-sentences.ts';
import type { FinanceReport, ReportedSum } from '../document.ts';
import { columnsOf, dashCell, figureCell, textCell } from './cells.ts';

const PAYOUTS = columnsOf([
  ['Payout', 0],
  ['Created on', 58],
  ['Arrives on', 58],
  ['Status', 62],
  ['Currency', 44],
  ['Amount', 92, 'right'],
]);
const SUMS = columnsOf([
  ['Kind', 0],
  ['Result', 130],
  ['Currency', 44],
  ['Count', 48, 'right'],
  ['Our books', 92, 'right'],
  ['Stripe', 92, 'right'],
]);
type Column = (typeof PAYOUTS)[number];

const wordsOf = (name: string): string => name.replaceAll('_', ' ');

const resultOf = ({ result, settled_as }: ReportedSum): string =>
  settled_as === null ? resultInWords(result) : `${resultInWords(result)}, settled as ${settled_as}`;

/** Draws the payouts to the bank, and what was compared by kind and result; nothing where there is nothing. */
export function drawCompared(page: PageWriter, { bank_payouts, matched }: FinanceReport): void {
  if (bank_payouts.length > 0) {
    const [id, created, arrives, status, currency, amount] = PAYOUTS as [
      Column,
      Column,
      Column,
      Column,
      Column,
      Column,
    ];
    drawTable(page, {
      title: 'Payouts to the bank',
      columns: PAYOUTS,
      rows: bank_payouts.map((payout) => ({
        kind: 'line',
        cells: [
          [textCell(payout.payout_id_stripe, id, STYLE.id)],
          [textCell(payout.created_on, created)],
          [textCell(payout.arrives_on, arrives)],
          [textCell(wordsOf(payout.status), status)],
          [textCell(payout.currency, currency)],
          [figureCell(payout.amount, amount)],
        ],
      })),
    });
    page.y += SECTION_GAP;
  }
  if (matched.length === 0) return;
  const [kind, result, currency, count, ours, theirs] = SUMS as [Column, Column, Column, Column, Column, Column];
  drawTable(page, {
    title: 'What was compared',
    columns: SUMS,
    rows: matched.map((sum) => ({
      kind: 'line',
      cells: [
        [textCell(wordsOf(sum.kind), kind)],
        [textCell(resultOf(sum), result, ['matched', 'own'].includes(sum.result) ? STYLE.cell : STYLE.cellStrong)],
        [textCell(sum.currency, currency)],
        [figureCell(String(sum.count), count)],
        [sum.our_books === null ? dashCell(ours) : figureCell(sum.our_books, ours)],
        [figureCell(sum.stripe, theirs)],
      ],
    })),
  });
  page.y += SECTION_GAP;
}
