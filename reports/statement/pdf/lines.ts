import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../../../warehouse/money.ts';
import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { type Block, setName, setText, widthOf } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { PAGE, SECTION_GAP, STYLE, type Style, WIDTH } from '../../render/pdf/theme.ts';
import type { LineKind, StatementDocument, StatementLine } from '../document.ts';
import { describeLine, describeMovements, groupDigits, hanOf, splitAmount } from '../format.ts';

const GROUPS: readonly (readonly [LineKind, string])[] = [
  ['earning', 'Earnings'],
  ['refund', 'Refunds'],
  ['adjustment', 'Adjustments'],
];
const GAP = 14;
const LEAST_TITLE = 130;
const NOTE_LINES = 8;

/** One column of figures, with the widths of the parts up to the minor unit (`main`) and beyond it (`tail`), in points. */
interface FigureColumn {
  readonly title: string;
  readonly read: (line: StatementLine) => { readonly main: string; readonly tail: string };
  readonly style: Style;
  readonly main: number;
  readonly tail: number;
}

/** Draws the lines grouped by kind, each with the calculation of its amount. */
export function drawLines(page: PageWriter, doc: StatementDocument): void {
  const title = 'Line by line';
  if (doc.lines.length === 0) {
    const none = 'You had no sales, uses, refunds or adjustments in this period.';
    const [heading, body] = [
      setText(title, { style: STYLE.heading, width: WIDTH }),
      setText(none, { style: STYLE.body, width: WIDTH }),
    ];
    page.ensureSpace(heading.height + body.height);
    page.write('H2', heading);
    page.write('P', body);
  } else {
    const figures = figureColumns(doc);
    const columns = placeColumns(figures);
    drawTable(page, {
      title,
      columns,
      rows: GROUPS.flatMap(([kind, name]) => groupRows(doc, { kind, name, columns, figures })),
    });
  }
  page.y += SECTION_GAP;
}

function figureColumns({ currency, lines }: StatementDocument): FigureColumn[] {
  const plain = (text: string) => ({ main: text, tail: '' });
  const read: readonly Pick<FigureColumn, 'title' | 'read' | 'style'>[] = [
    { title: 'Units', read: (line) => plain(groupDigits(decimalOf(parseDecimal(line.units)))), style: STYLE.figure },
    { title: 'Gross', read: (line) => splitAmount(line.gross_exact, currency), style: STYLE.figure },
    { title: 'Platform fee', read: (line) => splitAmount(line.platform_fee_exact, currency), style: STYLE.figure },
    { title: 'Your share', read: (line) => plain(line.share_rate), style: STYLE.figure },
    { title: 'Amount', read: (line) => splitAmount(line.amount, currency), style: STYLE.figureStrong },
  ];
  const measured = read.map((column) => {
    const widest = (part: 'main' | 'tail') =>
      Math.max(...lines.map((line) => widthOf(column.read(line)[part], column.style)));
    const tail = widest('tail');
    return { ...column, tail, main: Math.max(widest('main'), widthOf(column.title, STYLE.columnTitle)) + 0.5 };
  });
  const available = WIDTH - LEAST_TITLE - GAP * measured.length;
  const scale = Math.min(1, available / measured.reduce((sum, { main, tail }) => sum + main + tail, 0));
  return measured.map((column) => ({
    ...column,
    style: { ...column.style, size: column.style.size * scale },
    main: column.main * scale,
    tail: column.tail * scale,
  }));
}

function placeColumns(figures: readonly FigureColumn[]): Column[] {
  let right = WIDTH;
  const columns = figures.toReversed().map(({ title, main, tail }): Column => {
    const column = { title, x: right - tail - main, width: main, align: 'right' } as const;
    right = column.x - GAP;
    return column;
  });
  return [{ title: 'Asset', x: 0, width: right, align: 'left' }, ...columns.toReversed()];
}

interface Group {
  readonly kind: LineKind;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly figures: readonly FigureColumn[];
}

function groupRows(doc: StatementDocument, { kind, name, columns, figures }: Group): Row[] {
  const lines = doc.lines.filter((line) => line.kind === kind);
  if (lines.length === 0) return [];
  const width = columns[0]?.width ?? WIDTH;
  const empty = figures.slice(1).map(() => []);
  const total = lines.reduce((sum, { amount }) => sum + decimalToMinor(amount, doc.currency), 0n);
  const amount = figures.at(-1);
  const totalBlock = amount && setFigure({ main: groupDigits(minorToDecimal(total, doc.currency)), tail: '' }, amount);
  return [
    { kind: 'group', cells: [[setText(name, { style: STYLE.sumStrong, width })], ...empty, []] },
    ...lines.map((line) => lineRow(line, { doc, width, figures })),
    {
      kind: 'total',
      cells: [
        [setText(`Total ${name.toLowerCase()}`, { style: STYLE.cellStrong, width })],
        ...empty,
        totalBlock ? [totalBlock] : [],
      ],
    },
  ];
}

function lineRow(
  line: StatementLine,
  options: { doc: StatementDocument; width: number; figures: readonly FigureColumn[] },
): Row {
  const { doc, width, figures } = options;
  const han = hanOf(doc);
  const about = [
    setName(line.asset_title, line.asset_id ?? '', { style: { ...STYLE.cellStrong, han }, width, maxLines: 3 }),
    setText(describeLine(line, doc.period), { style: STYLE.label, width }),
  ];
  // No buyer pays the adjustment of a balance, and nobody shares it: it has an amount and nothing else.
  const shown = line.license_type === null ? figures.slice(-1) : figures;
  const amounts = figures.map((column) => {
    if (!shown.includes(column)) return [];
    const block = setFigure(column.read(line), column);
    if (column.title !== 'Platform fee' || line.platform_fee_rate === '') return [block];
    return [block, setText(line.platform_fee_rate, { style: STYLE.label, width: column.main, align: 'right' })];
  });
  const explanation = `${line.formula} ${describeMovements(line)}`.trim();
  const note = setText(explanation, { style: STYLE.small, width: PAGE.right - PAGE.left, maxLines: NOTE_LINES });
  return { kind: 'line', cells: [about, ...amounts], note };
}

/** Digits beyond the minor unit stand to the right in grey, so that the amounts stay aligned at the minor unit. */
function setFigure({ main, tail }: { main: string; tail: string }, column: FigureColumn): Block {
  const { style, main: width } = column;
  const spans = [{ text: main, style, dx: width - widthOf(main, style) }];
  if (tail) spans.push({ text: tail, style: { ...STYLE.figureTail, size: style.size }, dx: width });
  return { lines: [spans], leading: style.leading, height: style.leading };
}
