import type { VNode } from 'preact';
import { html } from '../markup.ts';
import { rangeOf, shareOf } from './step-bar.ts';

export interface Bar {
  /** Below the bar: `Jan`; '' for none. */
  readonly label: string;
  readonly minor: bigint;
}

const SIZE = { height: 120, label: 20 };

/** The width of a bar, and the space between two: of months, and of days. */
const MONTH_BAR = { width: 40, gap: 12 };
export const DAY_BAR: typeof MONTH_BAR = { width: 14, gap: 4 };

/** A bar for each month or day, for drawing only: the numbers stand in a table beside it. Sums below zero hang down from the line. */
export function monthBars(bars: readonly Bar[], title: string, bar = MONTH_BAR): VNode {
  const { least, most } = rangeOf(bars.map(({ minor }) => minor));
  const range = most - least || 1n;
  const heightOf = (minor: bigint): number => SIZE.height * shareOf(minor, range);
  const zero = heightOf(most);
  const width = bars.length * (bar.width + bar.gap);
  const height = SIZE.height + SIZE.label;
  return html`<div class="chart"><svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="img" aria-label=${title}>
    ${bars.map(({ label, minor }, index) => {
      const x = index * (bar.width + bar.gap) + bar.gap / 2;
      const size = Math.abs(heightOf(minor));
      return html`<rect class=${minor < 0n ? 'bar below' : 'bar'} x=${x} y=${minor < 0n ? zero : zero - size} width=${bar.width} height=${size || 1} rx="2" />
        <text class="tick" x=${x + bar.width / 2} y=${height - 4} text-anchor="middle">${label}</text>`;
    })}
    <line class="axis" x1="0" x2=${width} y1=${zero} y2=${zero} />
  </svg></div>`;
}
