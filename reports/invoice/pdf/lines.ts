import { minorToDecimal } from '../../../warehouse/money.ts';
import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setName, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import { formatMonth, groupDigits } from '../../statement/format.ts';
import type { Invoice, InvoiceLine, TaxRate } from '../invoice.ts';

const COLUMNS = [
  { title: 'No.', x: 0, width: 24, align: 'left' },
  { title: 'Item', x: 30, width: 214, align: 'left' },
  { title: 'Quantity', x: 252, width: 46, align: 'right' },
  { title: 'Price', x: 306, width: 70, align: 'right' },
  { title: 'Tax', x: 384, width: 46, align: 'right' },
  { title: 'Net', x: 438, width: WIDTH - 438, align: 'right' },
] as const satisfies readonly Column[];

/** `S 19 %`, `AE 0 %`, `O`. */
export const taxText = ({ category, percent }: TaxRate): string =>
  percent === null ? category : `${category} ${percent}\u00a0%`;

export function drawInvoiceLines(page: PageWriter, { lines, currency }: Invoice): void {
  const rows = lines.map((line, at) => rowOf(line, { at, currency }));
  drawTable(page, { title: `Lines in ${currency}, without tax`, columns: COLUMNS, rows });
  page.y += SECTION_GAP;
}

function rowOf(line: InvoiceLine, { at, currency }: { at: number; currency: string }): Row {
  const [, item, ...figures] = COLUMNS;
  const texts = [
    groupDigits(line.quantity),
    groupDigits(line.price),
    taxText(line.tax),
    groupDigits(minorToDecimal(line.net_minor, currency)),
  ];
  return {
    kind: 'line',
    cells: [
      [setText(String(at + 1), { style: STYLE.cell, width: COLUMNS[0].width })],
      [
        setName(line.name, line.item_id ?? '', { style: STYLE.cellStrong, width: item.width, maxLines: 3 }),
        setText(`${line.description} · ${formatMonth(line.supplied_in)}`, { style: STYLE.label, width: item.width }),
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
