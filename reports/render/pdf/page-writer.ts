import { type Block, setText, widthOf } from './paragraph.ts';
import { showShaped, showText } from './show-text.ts';
import { COLOUR, PAGE, STYLE } from './theme.ts';

/** The band at the head of the first page, and where the text below it begins, in points. */
const BAND = { height: 7, textTop: 46 } as const;

/** Of the typeface, relative to its size. */
const CAPITAL_HEIGHT = 0.727;

export type Tag = PDFKit.PDFStructureElement;

const hasRtl = ({ lines }: Block): boolean => lines.some((spans) => spans.some(({ shaped }) => shaped?.hasRtl));

export interface RunningText {
  /** Header of every page except the first: its left and its right text. */
  readonly head: readonly [string, string];
  /** Footer of every page, left of the page number. */
  readonly foot: string;
}

/**
 * Writes a tagged PDF from top to bottom, below a band on the first page, and starts a new page when the current one is full. Everything it draws is either
 * tagged, in reading order, or an artifact, which screen readers skip.
 */
export class PageWriter {
  readonly pdf: PDFKit.PDFDocument;
  readonly root: Tag;
  /** The cursor: where the next block begins, in points from the top of the page. */
  y: number = PAGE.top;
  #pages = 0;

  constructor(pdf: PDFKit.PDFDocument) {
    this.pdf = pdf;
    this.root = pdf.struct('Document');
    pdf.addStructure(this.root);
    this.startPage();
    this.decorate(() => pdf.rect(0, 0, PAGE.width, BAND.height).fill(COLOUR.accent));
    this.y = BAND.textTop;
  }

  startPage(): void {
    this.pdf.addPage();
    this.#pages += 1;
    this.y = PAGE.top;
  }

  /** Starts a new page unless `height` points are left on this one; returns whether it did. */
  ensureSpace(height: number): boolean {
    const full = this.y + height > PAGE.bottom && this.y > PAGE.top;
    if (full) this.startPage();
    return full;
  }

  /** Opens a tag that contains other tags. The caller must end it. */
  open(parent: Tag, type: string, options: PDFKit.Mixins.StructureElementOptions = {}): Tag {
    const tag = this.pdf.struct(type, options);
    parent.add(tag);
    return tag;
  }

  /** Tags what `draw` draws. */
  mark(parent: Tag, type: string, options: PDFKit.Mixins.StructureElementOptions, draw: () => void): void {
    parent.add(this.pdf.struct(type, options, draw));
  }

  /** Marks what `draw` draws as an artifact: visible, but skipped by screen readers. */
  decorate(draw: () => void): void {
    this.pdf.markContent('Artifact', { type: 'Layout' });
    draw();
    this.pdf.endMarkedContent();
  }

  /** Draws a block as one tag. From right to left, each part has its own text, and screen readers find the whole one at the tag. */
  print(parent: Tag, type: string, block: Block, at: { x: number; y: number }): void {
    const options = block.actual !== undefined && hasRtl(block) ? { actual: block.actual } : {};
    this.mark(parent, type, options, () => this.drawText(block, at));
  }

  /** Draws a block at the cursor and moves the cursor below it. */
  write(type: string, block: Block): void {
    this.ensureSpace(block.height);
    this.print(this.root, type, block, { x: PAGE.left, y: this.y });
    this.y += block.height;
  }

  /**
   * Draws a block without a tag of its own, for use inside `mark` and `decorate`. Its full text, where the lines show less, is
   * marked at the glyphs, because what copies the text takes no notice of it elsewhere.
   */
  drawText(block: Block, { x, y }: { x: number; y: number }): void {
    const isMarked = block.actual !== undefined && !hasRtl(block);
    if (isMarked) this.pdf.markContent('Span', { actual: block.actual ?? '' });
    block.lines.forEach((spans, i) => {
      for (const { text, style, dx, shaped } of spans) {
        const baseline = y + i * block.leading + (block.leading + CAPITAL_HEIGHT * style.size) / 2;
        const at = { x: x + dx, y: baseline };
        if (shaped) showShaped(this.pdf, shaped, style, at);
        else showText(this.pdf, text, style, at);
      }
    });
    if (isMarked) this.pdf.endMarkedContent();
  }

  rule(y: number, options: { colour?: string; weight?: number; x?: number; to?: number } = {}): void {
    const { colour = COLOUR.rule, weight = 0.6, x = PAGE.left, to = PAGE.right } = options;
    this.decorate(() => this.pdf.moveTo(x, y).lineTo(to, y).lineWidth(weight).stroke(colour));
  }

  /** Writes the headers and footers, once the number of pages is known. */
  finish({ head, foot }: RunningText): void {
    this.root.end();
    for (let page = 0; page < this.#pages; page += 1) {
      this.pdf.switchToPage(page);
      this.pdf.markContent('Artifact', { type: 'Pagination' });
      if (page > 0) this.#drawEdges(34, head);
      this.#drawEdges(PAGE.footer, [foot, `${page + 1} / ${this.#pages}`]);
      this.pdf.endMarkedContent();
    }
  }

  #drawEdges(y: number, [left, right]: readonly [string, string]): void {
    const gap = 20;
    const rightWidth = widthOf(right, STYLE.small);
    const width = PAGE.right - PAGE.left;
    this.drawText(setText(left, { style: STYLE.small, width: width - rightWidth - gap, maxLines: 1 }), {
      x: PAGE.left,
      y,
    });
    this.drawText(setText(right, { style: STYLE.small, width, align: 'right' }), { x: PAGE.left, y });
  }
}
