import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../../../warehouse/money.ts';
import { type Block, setName, setText, widthOf } from '../../render/pdf/paragraph.ts';
import type { Column, Row } from '../../render/pdf/table.ts';
import { PAGE, STYLE, type Style, WIDTH } from '../../render/pdf/theme.ts';
import { describeLine, describeMovements } from '../describe-line.ts';
import type { LineKind, StatementDocument, StatementLine } from '../document.ts';
import { type Language, languageOf } from '../language.ts';
import { hanOf } from './han.ts';

const KINDS: readonly LineKind[] = ['earning', 'refund', 'adjustment'];
const GAP = 14;
const LEAST_TITLE = 130;
const NOTE_LINES = 8;

/** The lines of a kind. */
export interface Group {
  readonly kind: LineKind;
  /** Those that have a row of their own. */
  readonly booked: readonly StatementLine[];
  /** Those that come to nothing. A single one has a row of its own, and so has a correction, which has a reason. */
  readonly nothing: readonly StatementLine[];
}

/** The kinds that have lines. */
export function groupsOf({ lines, currency }: StatementDocument): Group[] {
  return KINDS.flatMap((kind) => {
    const all = lines.filter((line) => line.kind === kind);
    const nothing = all.filter(
      ({ amount, correction_id }) => correction_id === null && decimalToMinor(amount, currency) === 0n,
    );
    if (nothing.length <= 1) return all.length === 0 ? [] : [{ kind, booked: all, nothing: [] }];
    const left = new Set(nothing);
    return [{ kind, booked: all.filter((line) => !left.has(line)), nothing }];
  });
}

/** One column of figures, with the widths of the parts up to the minor unit (`main`) and beyond it (`tail`), in points. */
interface FigureColumn {
  readonly title: string;
  readonly isFee?: boolean;
  readonly read: (line: StatementLine) => { readonly main: string; readonly tail: string };
  readonly style: Style;
  readonly main: number;
  readonly tail: number;
}

/** Sets the rows of the table of lines, whose columns are as wide as its figures need. */
export class LineRows {
  readonly columns: readonly Column[];
  readonly #doc: StatementDocument;
  readonly #language: Language;
  readonly #figures: readonly FigureColumn[];
  readonly #width: number;

  constructor(doc: StatementDocument) {
    this.#doc = doc;
    this.#language = languageOf(doc.locale);
    this.#figures = figureColumns(doc, this.#language);
    this.columns = placeColumns(this.#figures, this.#language.say.lines.asset);
    this.#width = this.columns[0]?.width ?? WIDTH;
  }

  head({ kind }: Group): Row {
    const name = this.#language.say.lines.groups[kind];
    return { kind: 'group', cells: this.#cells([setText(name, { style: STYLE.sumStrong, width: this.#width })]) };
  }

  line(line: StatementLine): Row {
    const han = hanOf(this.#doc);
    const width = this.#width;
    const about = [
      setName(line.asset_title, line.asset_id ?? '', { style: { ...STYLE.cellStrong, han }, width, maxLines: 3 }),
      setText(describeLine(line, this.#doc.period, this.#language), { style: STYLE.label, width }),
    ];
    // No buyer pays the adjustment of a balance, and nobody shares it: it has an amount and nothing else.
    const shown = line.license_type === null ? this.#figures.slice(-1) : this.#figures;
    const rate = this.#language.rate(line.platform_fee_rate);
    const amounts = this.#figures.map((column) => {
      if (!shown.includes(column)) return [];
      const block = setFigure(column.read(line), column);
      if (!column.isFee || rate === '') return [block];
      return [block, setText(rate, { style: STYLE.label, width: column.main, align: 'right' })];
    });
    const explanation = `${line.formula} ${describeMovements(line, this.#language)}`.trim();
    return { kind: 'line', cells: [about, ...amounts], note: noteOf(explanation) };
  }

  /** The last rows of a group: of the lines that are summed up, of those that come to nothing, and the total. */
  ending({ kind, booked, nothing }: Group, summedUp: readonly StatementLine[]): Row[] {
    const { say, money } = this.#language;
    const { currency, detail_pages } = this.#doc;
    const exact = decimalOf(nothing.reduce((sum, { amount_exact }) => sum + parseDecimal(amount_exact), 0n));
    const zero = this.#language.digits(minorToDecimal(0n, currency));
    const further = { name: say.lines.further(String(summedUp.length)), note: say.lines.furtherNote(detail_pages) };
    const none = {
      name: say.lines.zero(String(nothing.length), zero),
      note: say.lines.zeroNote(money(exact, currency)),
    };
    return [
      ...(summedUp.length === 0 ? [] : [this.#sum('line', { ...further, lines: summedUp })]),
      ...(nothing.length === 0 ? [] : [this.#sum('line', { ...none, lines: nothing })]),
      this.#sum('total', { name: say.lines.totals[kind], lines: [...booked, ...nothing] }),
    ];
  }

  #sum(
    kind: Row['kind'],
    { name, note, lines }: { name: string; note?: string; lines: readonly StatementLine[] },
  ): Row {
    const { currency } = this.#doc;
    const sum = lines.reduce((all, { amount }) => all + decimalToMinor(amount, currency), 0n);
    const amount = this.#figures.at(-1);
    const main = this.#language.digits(minorToDecimal(sum, currency));
    const cells = this.#cells(
      [setText(name, { style: STYLE.cellStrong, width: this.#width })],
      amount ? [setFigure({ main, tail: '' }, amount)] : [],
    );
    return note === undefined ? { kind, cells } : { kind, cells, note: noteOf(note) };
  }

  #cells(first: readonly Block[], last: readonly Block[] = []): Row['cells'] {
    return [first, ...this.#figures.slice(1).map(() => []), last];
  }
}

const noteOf = (text: string): Block =>
  setText(text, { style: STYLE.small, width: PAGE.right - PAGE.left, maxLines: NOTE_LINES });

function figureColumns({ currency, lines }: StatementDocument, { say, split, digits, rate }: Language): FigureColumn[] {
  const plain = (text: string) => ({ main: text, tail: '' });
  const { units, gross, fee, share, amount } = say.lines;
  const read: readonly Pick<FigureColumn, 'title' | 'read' | 'style' | 'isFee'>[] = [
    { title: units, read: (line) => plain(digits(decimalOf(parseDecimal(line.units)))), style: STYLE.figure },
    { title: gross, read: (line) => split(line.gross_exact, currency), style: STYLE.figure },
    { title: fee, isFee: true, read: (line) => split(line.platform_fee_exact, currency), style: STYLE.figure },
    { title: share, read: (line) => plain(rate(line.share_rate)), style: STYLE.figure },
    { title: amount, read: (line) => split(line.amount, currency), style: STYLE.figureStrong },
  ];
  const measured = read.map((column) => {
    const widest = (part: 'main' | 'tail') =>
      lines.reduce((most, line) => Math.max(most, widthOf(column.read(line)[part], column.style)), 0);
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

function placeColumns(figures: readonly FigureColumn[], asset: string): Column[] {
  let right = WIDTH;
  const columns = figures.toReversed().map(({ title, main, tail }): Column => {
    const column = { title, x: right - tail - main, width: main, align: 'right' } as const;
    right = column.x - GAP;
    return column;
  });
  return [{ title: asset, x: 0, width: right, align: 'left' }, ...columns.toReversed()];
}

/** Digits beyond the minor unit stand to the right in grey, so that the amounts stay aligned at the minor unit. */
function setFigure({ main, tail }: { main: string; tail: string }, column: FigureColumn): Block {
  const { style, main: width } = column;
  const spans = [{ text: main, style, dx: width - widthOf(main, style) }];
  if (tail) spans.push({ text: tail, style: { ...STYLE.figureTail, size: style.size }, dx: width });
  return { lines: [spans], leading: style.leading, height: style.leading };
}
