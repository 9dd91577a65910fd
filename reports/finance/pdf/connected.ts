import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { type Column, drawTable } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import { NONE } from '../break-sentences.ts';
import type { FinanceReport } from '../document.ts';
import { columnsOf, currencyCell, figureCell, textCell } from './cells.ts';

const RETURNS = columnsOf([
  ['Payout and account', 0],
  ['Creator', 96],
  ['Recorded on', 58],
  ['Result', 100],
  ['Amount', 92, 'right'],
]);
const NEGATIVES = columnsOf([
  ['Account', 0],
  ['Creator', 96],
  ['Read on', 58],
  ['Available', 100, 'right'],
  ['Pending', 92, 'right'],
]);
type Five = readonly [Column, Column, Column, Column, Column];

/** Draws what finance must know of creators' accounts: payouts that banks returned, and negative balances; nothing where there is nothing. */
export function drawConnected(page: PageWriter, { returned_payouts, negative_balances }: FinanceReport): void {
  if (returned_payouts.length > 0) {
    const [id, creator, on, result, amount] = RETURNS as unknown as Five;
    const rows = returned_payouts.map((payout) => ({
      kind: 'line' as const,
      cells: [
        [textCell(payout.payout_id_stripe, id, STYLE.id), textCell(payout.account_id_stripe, id, STYLE.id)],
        [textCell(payout.creator_id ?? NONE, creator, STYLE.id)],
        [textCell(payout.recorded_on, on)],
        [
          textCell(
            [payout.result, ...(payout.reason === null ? [] : [payout.reason])].join(', ').replaceAll('_', ' '),
            result,
          ),
        ],
        [figureCell(payout.amount, amount), currencyCell(payout.currency, amount)],
      ],
    }));
    drawTable(page, { title: "Payouts to creators' banks that came back", columns: RETURNS, rows });
    page.y += SECTION_GAP;
  }
  if (negative_balances.length === 0) return;
  const [account, creator, on, available, pending] = NEGATIVES as unknown as Five;
  const rows = negative_balances.map((stock) => ({
    kind: 'line' as const,
    cells: [
      [textCell(`${stock.account_id_stripe} ${stock.currency}`, account, STYLE.id)],
      [textCell(stock.creator_id ?? NONE, creator, STYLE.id)],
      [textCell(stock.read_on, on)],
      [figureCell(stock.available, available)],
      [figureCell(stock.pending, pending)],
    ],
  }));
  drawTable(page, { title: "Negative balances of creators' accounts", columns: NEGATIVES, rows });
  page.y += SECTION_GAP;
}
