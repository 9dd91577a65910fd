import { minorToDecimal } from '../../../warehouse/money.ts';
import type { PageWriter, Tag } from '../../render/pdf/page-writer.ts';
import { setFitting, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable } from '../../render/pdf/table.ts';
import { COLOUR, PAGE, SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import { FORMATS_OF } from '../../statement/format.ts';
import { INVOICE_KINDS, type Invoice } from '../invoice.ts';
import { INVOICE_WORDS } from '../words.ts';
import { taxText } from './lines.ts';

const TAXES = [
  { x: 0, width: 70, align: 'left' },
  { x: 78, width: 218, align: 'left' },
  { x: 304, width: 88, align: 'right' },
  { x: 400, width: WIDTH - 400, align: 'right' },
] as const satisfies readonly Omit<Column, 'title'>[];
const SUMS = { x: PAGE.right - 260, row: 21, last: 27 } as const;

/** Draws the tax by rate, and the totals. */
export function drawTotals(page: PageWriter, invoice: Invoice): void {
  const { language, taxes, currency } = invoice;
  const words = INVOICE_WORDS[language];
  const money = (minor: bigint) => FORMATS_OF[language].digits(minorToDecimal(minor, currency));
  const figure = (text: string, width: number) => [setFitting(text, { style: STYLE.figure, width, align: 'right' })];
  drawTable(page, {
    title: words.tax,
    columns: TAXES.map((column, at) => ({ ...column, title: words.taxColumns[at] ?? '' })),
    rows: taxes.map((tax) => ({
      kind: 'line',
      cells: [
        [setText(taxText(tax), { style: STYLE.cell, width: TAXES[0].width })],
        [
          setText([tax.exemption_reason, tax.exemption_code].filter(Boolean).join(' · ') || '–', {
            style: STYLE.cell,
            width: TAXES[1].width,
          }),
        ],
        figure(money(tax.base_minor), TAXES[2].width),
        figure(money(tax.tax_minor), TAXES[3].width),
      ],
    })),
  });
  page.y += 14;
  drawSums(page, invoice);
  page.y += SECTION_GAP;
}

function drawSums(page: PageWriter, { language, totals, currency, kind }: Invoice): void {
  const { sums } = INVOICE_WORDS[language];
  const { isCredit } = INVOICE_KINDS[kind];
  const rows = [
    [sums.net, totals.net_minor],
    [sums.tax, totals.tax_minor],
    [sums.gross, totals.gross_minor],
    ...(totals.paid_minor === 0n ? [] : [[sums.paid, totals.paid_minor] as const]),
    [isCredit ? sums.credited(currency) : sums.due(currency), totals.due_minor],
  ] as const;
  page.ensureSpace((rows.length - 1) * SUMS.row + SUMS.last);
  const table = page.open(page.root, 'Table');
  rows.forEach(([label, minor], at) => {
    const text = FORMATS_OF[language].digits(minorToDecimal(minor, currency));
    drawSum(page, table, { label, text, isLast: at === rows.length - 1 });
  });
  table.end();
}

function drawSum(
  page: PageWriter,
  table: Tag,
  { label, text, isLast }: { label: string; text: string; isLast: boolean },
): void {
  const [style, figures] = isLast ? [STYLE.sumStrong, STYLE.sumFigureStrong] : [STYLE.sum, STYLE.sumFigure];
  const height = isLast ? SUMS.last : SUMS.row;
  page.rule(page.y, { x: SUMS.x, ...(isLast ? { colour: COLOUR.text, weight: 0.8 } : {}) });
  const y = page.y + (height - style.leading) / 2;
  const row = page.open(table, 'TR');
  page.mark(row, 'TH', { scope: 'Row' }, () => page.drawText(setText(label, { style, width: 130 }), { x: SUMS.x, y }));
  const width = PAGE.right - SUMS.x - 134;
  page.print(row, 'TD', setFitting(text, { style: figures, width, align: 'right' }), { x: PAGE.right - width, y });
  row.end();
  page.y += height;
}
