import type { VNode } from 'preact';
import { html } from '../markup.ts';
import { rangeOf } from './step-bar.ts';

/** A bar of a bridge: a balance stands on zero, a change on what was there before it. */
export interface BridgeBar {
  readonly label: string;
  readonly amount: string;
  readonly minor: bigint;
  readonly isBalance: boolean;
}

const WIDTH = 480n;
const ROW = 26;
const LABELS = 200;

/**
 * The way from a balance to a balance as bars, drawn here. The numbers beside it are a table of their own, so that it is hidden from readers
 * of screens. Places on the page are whole numbers from bigint: amounts never become numbers.
 */
export function bridgeChart(bars: readonly BridgeBar[]): VNode | null {
  const spans = spansOf(bars);
  const { least, most } = rangeOf(spans.flatMap(({ from, to }) => [from, to]));
  if (most === least) return null;
  const place = (minor: bigint): number => LABELS + Number(((minor - least) * WIDTH) / (most - least));
  const height = bars.length * ROW;
  return html`<div class="chart scroll" aria-hidden="true"><svg viewBox=${`0 0 ${LABELS + Number(WIDTH) + 150} ${height}`} width=${LABELS + Number(WIDTH) + 150} height=${height}>
    <line class="axis" x1=${place(0n)} x2=${place(0n)} y1="0" y2=${height} />
    ${spans.map(({ from, to, bar }, at) => {
      const [left, right] = from < to ? [place(from), place(to)] : [place(to), place(from)];
      const kind = bar.isBalance ? 'balance' : bar.minor < 0n ? 'down' : 'up';
      return html`<g>
        <text x="0" y=${at * ROW + 17}>${bar.label}</text>
        <rect class=${kind} x=${left} y=${at * ROW + 4} width=${Math.max(2, right - left)} height=${ROW - 8} rx="2" />
        <text class="value" x=${right + 8} y=${at * ROW + 17}>${bar.amount}</text>
      </g>`;
    })}
  </svg></div>`;
}

interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly bar: BridgeBar;
}

function spansOf(bars: readonly BridgeBar[]): readonly Span[] {
  let reached = 0n;
  return bars.map((bar) => {
    const from = bar.isBalance ? 0n : reached;
    reached = from + bar.minor;
    return { from, to: reached, bar };
  });
}
