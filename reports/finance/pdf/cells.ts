import { type Block, setFitting, setText } from '../../render/pdf/paragraph.ts';
import type { Column } from '../../render/pdf/table.ts';
import { STYLE, type Style, WIDTH } from '../../render/pdf/theme.ts';
import { groupDigits } from '../../statement/format.ts';
import { NONE } from '../break-sentences.ts';

/** A column from its title, its width and its alignment. */
type ColumnPlan = readonly [title: string, width: number, align?: 'left' | 'right'];

const GAP = 8;

/** Columns side by side; the first one takes what the others leave. */
export function columnsOf(plans: readonly ColumnPlan[]): Column[] {
  const others = plans.slice(1).reduce((sum, [, width]) => sum + width + GAP, 0);
  let x = 0;
  return plans.map(([title, wanted, align = 'left'], index) => {
    const width = index === 0 ? WIDTH - others : wanted;
    const column = { title, x, width, align };
    x += width + GAP;
    return column;
  });
}

/** A text in its column, on as many lines as it needs. */
export function textCell(text: string, { width }: Column, style: Style = STYLE.cell): Block {
  return setText(text, { style, width, maxLines: 6 });
}

/** An amount or a count on one line, aligned right. */
export function figureCell(decimal: string, { width }: Column, style: Style = STYLE.figure): Block {
  return setFitting(groupDigits(decimal), { style, width, align: 'right' });
}

/** The currency of the amount above it. */
export function currencyCell(currency: string, { width }: Column): Block {
  return setFitting(currency, { style: STYLE.label, width, align: 'right' });
}

/** A dash where there need not be an amount. */
export function dashCell({ width }: Column): Block {
  return setFitting(NONE, { style: STYLE.figure, width, align: 'right' });
}

/** Paragraphs of the same style as one block. */
export function paragraphs(texts: readonly string[], { style, width }: { style: Style; width: number }): Block {
  const blocks = texts.map((text) => setText(text, { style, width }));
  const lines = blocks.flatMap((block) => block.lines);
  const block = { lines, leading: style.leading, height: lines.length * style.leading };
  return blocks.some(({ actual }) => actual !== undefined) ? { ...block, actual: texts.join(' ') } : block;
}
