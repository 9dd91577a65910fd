import type { PageWriter } from './page-writer.ts';
import { setText } from './paragraph.ts';
import { PAGE, STYLE } from './theme.ts';

const WIDTH = 196;

/** Where details beside the title of a document begin, from the left. */
export const DETAILS_X = PAGE.right - WIDTH;

/** Draws what identifies a document at the right edge of the first page, a label and a value a line. Returns where it ends. */
export function drawDetails(
  page: PageWriter,
  details: readonly (readonly [label: string, value: string])[],
  { top, labelWidth }: { readonly top: number; readonly labelWidth: number },
): number {
  let y = top + 1;
  for (const [label, value] of details) {
    const name = setText(label, { style: STYLE.label, width: labelWidth });
    const text = setText(value, { style: STYLE.value, width: WIDTH - labelWidth });
    const at = y;
    page.mark(page.root, 'P', {}, () => {
      page.drawText(name, { x: DETAILS_X, y: at });
      page.drawText(text, { x: DETAILS_X + labelWidth, y: at });
    });
    y += text.height + 3;
  }
  return y;
}
