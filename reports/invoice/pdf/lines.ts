import { minorToDecimal } from '../../../warehouse/money.ts';
import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setName, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import { FORMATS_OF, type Formats } from '../../statement/format.ts';
import type { Invoice, InvoiceLine, TaxRate } from '../invoice.ts';
import { INVOICE_WORDS } from '../words.ts';

const COLUMNS = [
  { x: 0, width: 24, align: 'left' },
  { x: 30, width: 214, align: 'left' },
  { x: 252, width: 46, align: 'right' },
  { x: 306, width: 70, align: 'right' },
  { x: 384, width: 46, align: 'right' },
  { x: 438, width: WIDTH - 438, align: 'right' },
] as const satisfies readonly Omit<Column, 'title'>[];

/** `S 19 %`, `AE 0 %`, `O`. */
export const taxText = ({ category, percent }: TaxRate): string =>
  percent === null ? category : `${category} ${percent}\u00a0%`;

export function drawInvoiceLines(page: PageWriter, { language, lines, currency }: Invoice): void {
  const words = INVOICE_WORDS[language];
  const rows = lines.map((line, at) => rowOf(line, { at, currency, formats: FORMATS_OF[language] }));
  const columns = COLUMNS.map((column, at) => ({ ...column, title: words.columns[at] ?? '' }));
  drawTable(page, { title: words.lines(currency), columns, rows });
  page.y += SECTION_GAP;
}

function rowOf(line: InvoiceLine, { at, currency, formats }: { at: number; currency: string; formats: Formats }): Row {
  const [, item, ...figures] = COLUMNS;
  const texts = [
    formats.digits(line.quantity),
    formats.digits(line.price),
    taxText(line.tax),
    formats.digits(minorToDecimal(line.net_minor, currency)),
  ];
  return {
    kind: 'line',
    cells: [
      [setText(String(at + 1), { style: STYLE.cell, width: COLUMNS[0].width })],
      [
        setName(line.name, line.item_id ?? '', { style: STYLE.cellStrong, width: item.width, maxLines: 3 }),
        setText(`${line.description} · ${formats.month(line.supplied_in)}`, { style: STYLE.label, width: item.width }),
      ],
      ...figures.map(({ width }, index) => [
        setFitting(texts[index] ?? '', {
          style: index === figures.length - 1 ? STYLE.figureStrong : STYLE.figure,
          width,
          align: 'right',
        }),
      ]),
    ],
  };
}
