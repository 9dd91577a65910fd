import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { type Block, setText } from '../../render/pdf/paragraph.ts';
import { drawTable, type Row } from '../../render/pdf/table.ts';
import { STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { FinanceReport, ReportedBreak } from '../document.ts';
import { columnsOf, currencyCell, figureCell, paragraphs, textCell } from './cells.ts';

/** More are in the workbook alone: nobody reads a hundred pages of breaks. */
const SHOWN = 300;

const COLUMNS = columnsOf([
  ['Break', 0],
  ['State', 72],
  ['Age in days', 42, 'right'],
  ['Currency', 40],
  ['Our books', 84, 'right'],
  ['Stripe or bank', 84, 'right'],
]);
type Column = (typeof COLUMNS)[number];
const [BREAK, STATE, AGE, CURRENCY, OURS, STRIPE] = COLUMNS as [Column, Column, Column, Column, Column, Column];

const STATES: Readonly<Record<string, string>> = {
  open: 'open',
  in_grace: 'in grace',
  acknowledged: 'acknowledged',
};

/** Draws each break with both sides, and below it what happened, whose money it is and what to do. */
export function drawBreaks(page: PageWriter, { breaks }: FinanceReport): void {
  if (breaks.length === 0) {
    const [heading, body] = [
      setText('Breaks', { style: STYLE.heading, width: WIDTH }),
      setText('There are none.', { style: STYLE.body, width: WIDTH }),
    ];
    page.ensureSpace(heading.height + body.height);
    page.write('H2', heading);
    page.write('P', body);
    return;
  }
  const shown = breaks.slice(0, SHOWN);
  const title = shown.length === breaks.length ? 'Breaks' : `The first ${SHOWN} of ${breaks.length} breaks`;
  drawTable(page, { title, columns: COLUMNS, rows: shown.map(rowOf) });
  if (shown.length === breaks.length) return;
  page.y += 6;
  const rest = `The workbook of this report lists ${breaks.length - shown.length} more.`;
  page.write('P', setText(rest, { style: STYLE.body, width: WIDTH }));
}

function rowOf(each: ReportedBreak): Row {
  const name = each.break_class.replaceAll('_', ' ');
  return {
    kind: 'line',
    cells: [
      [textCell(name, BREAK, STYLE.cellStrong)],
      [textCell(STATES[each.state] ?? each.state, STATE), textCell(`priority ${each.priority}`, STATE, STYLE.label)],
      [figureCell(String(each.age_days), AGE)],
      [textCell(each.currency, CURRENCY)],
      each.our_books === null ? [] : [figureCell(each.our_books, OURS)],
      each.stripe === null ? [] : [figureCell(each.stripe, STRIPE), ...otherCurrency(each)],
    ],
    note: paragraphs(sentencesOf(each), { style: STYLE.quietBody, width: WIDTH }),
  };
}

/** The currency at Stripe, below its amount, if it is not that of our books. */
function otherCurrency({ currency, stripe_currency }: ReportedBreak): Block[] {
  if (stripe_currency === null || stripe_currency === currency) return [];
  return [currencyCell(stripe_currency, STRIPE)];
}

function sentencesOf({
  break_id,
  what_happened,
  whose_money,
  what_to_do,
  acknowledgements,
  owner,
}: ReportedBreak): string[] {
  const [last] = acknowledgements;
  const accepted = last && `by ${last.acknowledged_by} on ${last.acknowledged_at.slice(0, 10)}: ${last.sentence}`;
  return [
    break_id,
    what_happened,
    `Whose money: ${whose_money}`,
    ...(last?.is_in_force ? [`Acknowledged ${accepted}`] : [`What to do: ${what_to_do}`]),
    ...(accepted && !last?.is_in_force ? [`It has changed, or was gone, since it was acknowledged ${accepted}`] : []),
    ...(owner === null ? [] : [`Assigned to ${owner}.`]),
  ];
}
