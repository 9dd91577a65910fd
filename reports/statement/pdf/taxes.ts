import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { languageOf } from '../language.ts';

/** Draws the tax withheld by day of credit, each with its rate and part; draws nothing if no tax is withheld. */
export function drawTaxes(page: PageWriter, { tax, currency, summary, locale }: StatementDocument): void {
  if (tax.length === 0) return;
  const { say, day, digits } = languageOf(locale);
  const on: Column = { title: say.tax.creditedOn, x: 0, width: 80, align: 'left' };
  const how: Column = { title: say.tax.how, x: 86, width: 344, align: 'left' };
  const amount: Column = { title: say.lines.amount, x: 436, width: WIDTH - 436, align: 'right' };
  const rows = tax.map(
    (each): Row => ({
      kind: 'line',
      cells: [
        [setText(day(each.credited_on), { style: STYLE.cell, width: on.width })],
        [
          setText(each.explanation, { style: STYLE.cell, width: how.width }),
          setText(each.withholding_rule_id, { style: STYLE.id, width: how.width }),
        ],
        [setFitting(digits(each.withheld), { style: STYLE.figure, width: amount.width, align: 'right' })],
      ],
    }),
  );
  const total: Row = {
    kind: 'total',
    cells: [
      [setText(say.tax.total, { style: STYLE.cellStrong, width: how.x + how.width })],
      [],
      [setFitting(digits(summary.tax_withheld), { style: STYLE.figureStrong, width: amount.width, align: 'right' })],
    ],
  };
  drawTable(page, { title: say.tax.title(currency), columns: [on, how, amount], rows: [...rows, total] });
  page.y += SECTION_GAP;
}
