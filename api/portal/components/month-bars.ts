import type { VNode } from 'preact';
import { html } from '../markup.ts';
import { rangeOf, shareOf } from './step-bar.ts';

export interface MonthBar {
  /** Below the bar: `Jan`. */
  readonly label: string;
  readonly minor: bigint;
}

const BAR = { width: 40, gap: 12, height: 120, label: 20 };

/** A bar for each month, for drawing only: the numbers stand in a table beside it. Sums below zero hang down from the line. */
export function monthBars(bars: readonly MonthBar[], title: string): VNode {
  const { least, most } = rangeOf(bars.map(({ minor }) => minor));
  const range = most - least || 1n;
  const heightOf = (minor: bigint): number => BAR.height * shareOf(minor, range);
  const zero = heightOf(most);
  const width = bars.length * (BAR.width + BAR.gap);
  const height = BAR.height + BAR.label;
  return html`<div class="chart"><svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="img" aria-label=${title}>
    ${bars.map(({ label, minor }, index) => {
      const x = index * (BAR.width + BAR.gap) + BAR.gap / 2;
      const size = Math.abs(heightOf(minor));
      return html`<rect class=${minor < 0n ? 'bar below' : 'bar'} x=${x} y=${minor < 0n ? zero : zero - size} width=${BAR.width} height=${size || 1} rx="2" />
        <text class="tick" x=${x + BAR.width / 2} y=${height - 4} text-anchor="middle">${label}</text>`;
    })}
    <line class="axis" x1="0" x2=${width} y1=${zero} y2=${zero} />
  </svg></div>`;
}
