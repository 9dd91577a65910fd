import type { VNode } from 'preact';
import type { Lineage } from '../docs/lineage.ts';
import { html } from '../markup.ts';

const ROW = 30;
const BOX = 22;
const CHARACTER = 7.3;
const GAP = 70;

/** Tables as boxes in columns, with a line from each to what reads it. A drawing only: the same stands in lists beside it. */
export function lineageChart({ columns, edges }: Pick<Lineage, 'columns' | 'edges'>): VNode {
  const widths = columns.map((tables) => Math.max(...tables.map((table) => table.length)) * CHARACTER + 16);
  const lefts = widths.map((_, at) => widths.slice(0, at).reduce((sum, width) => sum + width + GAP, 0));
  const rows = Math.max(...columns.map((tables) => tables.length));
  const boxes = columns.flatMap((tables, column) =>
    tables.map((table, row) => ({
      ...{ table, left: lefts[column] ?? 0, width: widths[column] ?? 0 },
      top: (row + (rows - tables.length) / 2) * ROW,
    })),
  );
  const byTable = new Map(boxes.map((box) => [box.table, box]));
  const width = (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0);
  const height = rows * ROW;
  return html`<div class="chart scroll lineage" aria-hidden="true"><svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height}>
    ${edges.map(([from, to]) => {
      const [source, target] = [byTable.get(from), byTable.get(to)];
      if (!source || !target) return null;
      const [x1, y1] = [source.left + source.width, source.top + BOX / 2];
      const [x2, y2] = [target.left, target.top + BOX / 2];
      // Of two in one column, the line leaves and arrives on the left.
      if (x2 < x1)
        return html`<path d=${`M ${source.left} ${y1} C ${source.left - 40} ${y1} ${x2 - 40} ${y2} ${x2} ${y2}`} />`;
      const middle = (x1 + x2) / 2;
      return html`<path d=${`M ${x1} ${y1} C ${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />`;
    })}
    ${boxes.map(
      ({ table, left, top, width: boxWidth }, index) => html`<g>
        <rect class=${index === boxes.length - 1 ? 'own' : undefined} x=${left} y=${top} width=${boxWidth} height=${BOX} rx="4" />
        <text x=${left + 8} y=${top + 15}>${table}</text>
      </g>`,
    )}
  </svg></div>`;
}
