import { decimalToMinor } from '../../../warehouse/money.ts';
import type { PageWriter, Tag } from '../../render/pdf/page-writer.ts';
import { type Block, setFitting, setText } from '../../render/pdf/paragraph.ts';
import { COLOUR, PAGE, SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { languageOf } from '../language.ts';

const SUMMARY = { width: 282, label: 18, row: 21, closing: 27 } as const;
const BOX = { x: PAGE.left + 310, width: PAGE.right - PAGE.left - 310, inset: 15, gap: 4 } as const;

/** Draws the summary from opening to closing balance, and beside it what happens with the closing balance. */
export function drawOverview(page: PageWriter, doc: StatementDocument): void {
  const top = page.y;
  const summaryBottom = drawSummary(page, doc);
  const boxBottom = drawDecision(page, doc, { top, least: summaryBottom });
  page.y = Math.max(summaryBottom, boxBottom) + SECTION_GAP;
}

function drawSummary(page: PageWriter, { summary, currency, tax, locale }: StatementDocument): number {
  const { say, digits } = languageOf(locale);
  const names = say.summary;
  const heading = setText(names.title(currency), { style: STYLE.heading, width: SUMMARY.width });
  page.write('H2', heading);
  page.y += 7;
  const rows = [
    ['', names.opening, summary.opening],
    ['+', names.earnings, summary.earnings],
    ['−', names.refunds, summary.refunds],
    ['+', names.adjustments, summary.adjustments],
    ...(tax.length === 0 ? [] : [['−', names.taxWithheld, summary.tax_withheld] as const]),
    ['−', names.payouts, summary.payouts],
    ...(decimalToMinor(summary.payout_reversals, currency) === 0n
      ? []
      : [['+', names.payoutReversals, summary.payout_reversals] as const]),
    ['=', names.closing, summary.closing],
  ] as const;
  const table = page.open(page.root, 'Table');
  for (const [sign, label, amount] of rows) drawSum(page, table, [sign, label, digits(amount)]);
  table.end();
  return page.y;
}

function drawSum(page: PageWriter, table: Tag, [sign, label, amount]: readonly [string, string, string]): void {
  const closing = sign === '=';
  const [textStyle, figures] = closing ? [STYLE.sumStrong, STYLE.sumFigureStrong] : [STYLE.sum, STYLE.sumFigure];
  const right = PAGE.left + SUMMARY.width;
  page.rule(page.y, { to: right, ...(closing ? { colour: COLOUR.text, weight: 0.8 } : {}) });
  const height = closing ? SUMMARY.closing : SUMMARY.row;
  const y = page.y + (height - textStyle.leading) / 2;
  const row = page.open(table, 'TR');
  page.mark(row, 'TH', { scope: 'Row' }, () => {
    if (sign) page.drawText(setText(sign, { style: textStyle, width: SUMMARY.label }), { x: PAGE.left, y });
    page.drawText(setText(label, { style: textStyle, width: 130 }), { x: PAGE.left + SUMMARY.label, y });
  });
  const width = SUMMARY.width - SUMMARY.label - 100;
  page.print(row, 'TD', setFitting(amount, { style: figures, width, align: 'right' }), {
    x: right - width,
    y,
  });
  row.end();
  page.y += height;
}

function drawDecision(
  page: PageWriter,
  doc: StatementDocument,
  { top, least }: { top: number; least: number },
): number {
  const { payout_decision: decision, currency } = doc;
  const { say, digits, beside } = languageOf(doc.locale);
  const width = BOX.width - 2 * BOX.inset;
  const money = (amount: string) => beside(currency, digits(amount), '\u00a0');
  const held = say.decision.held(money(decision.held));
  const blocks: readonly (readonly [string, Block])[] = [
    ['H2', setText(say.decision.title, { style: STYLE.heading, width })],
    ['P', setText(say.decision.payableNow, { style: STYLE.label, width })],
    ['P', setFitting(money(decision.amount), { style: STYLE.amount, width })],
    ['P', setText(decision.explanation, { style: STYLE.body, width })],
    ...(decimalToMinor(decision.held, currency) === 0n
      ? []
      : [['P', setText(held, { style: STYLE.body, width })] as const]),
  ];
  const content = blocks.reduce((sum, [, { height }]) => sum + height + BOX.gap, -BOX.gap);
  const bottom = Math.max(top + content + 2 * BOX.inset, least);
  page.decorate(() => {
    page.pdf.roundedRect(BOX.x, top, BOX.width, bottom - top, 5).fill(COLOUR.tint);
  });
  let y = top + BOX.inset;
  for (const [type, block] of blocks) {
    page.print(page.root, type, block, { x: BOX.x + BOX.inset, y });
    y += block.height + BOX.gap;
  }
  return bottom;
}
