import type { VNode } from 'preact';
import { html } from '../markup.ts';

const WIDTH = 160;
const HEIGHT = 12;

/** The least and the greatest sum, and zero if all are on one side of it. */
export function rangeOf(sums: readonly bigint[]): { readonly least: bigint; readonly most: bigint } {
  const sorted = [0n, ...sums].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { least: sorted[0] ?? 0n, most: sorted.at(-1) ?? 0n };
}

/** A part of a whole, to four places; for drawing only. */
export const shareOf = (part: bigint, whole: bigint): number => Number((part * 10_000n) / whole) / 10_000;

/** A step of a waterfall, from one balance to the next within the range of all; for drawing only. */
export function stepBar(
  { from, to, isTotal = false }: { readonly from: bigint; readonly to: bigint; readonly isTotal?: boolean },
  { least, most }: { readonly least: bigint; readonly most: bigint },
): VNode {
  const range = most - least || 1n;
  const at = (minor: bigint): number => WIDTH * shareOf(minor - least, range);
  const [left, right] = [Math.min(at(from), at(to)), Math.max(at(from), at(to))];
  const name = isTotal ? 'bar total' : to < from ? 'bar below' : 'bar';
  return html`<svg class="step" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <rect class=${name} x=${left} y="1" width=${Math.max(right - left, 1)} height=${HEIGHT - 2} rx="1" />
    <line class="axis" x1=${at(0n)} x2=${at(0n)} y1="0" y2=${HEIGHT} />
  </svg>`;
}
