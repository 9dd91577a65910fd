import type { VNode } from 'preact';
import { html } from '../markup.ts';
import { rangeOf, shareOf } from './step-bar.ts';

/** A point of a chart: what it is of, its value as written, and its value in the smallest unit, for drawing only. */
export interface ChartPoint {
  readonly label: string;
  readonly text: string;
  readonly size: bigint;
}

const SIZE = { width: 480, height: 150, label: 22 };
const ROW = { height: 26, labels: 170, values: 120 };
const WIDEST_BAR = 56;
/** More labels would overlap. */
const MOST_LABELS = 6;

/**
 * Points as bars or as a line over their labels, from zero on. The numbers stand in a table beside it, so it is one picture with a name. Sizes are
 * whole numbers from bigint: values never become numbers.
 */
export function figureChart(
  points: readonly ChartPoint[],
  { kind, title }: { kind: 'bar' | 'line' | 'row'; title: string },
): VNode {
  if (kind === 'row') return rowsOf(points, title);
  const { least, most } = rangeOf(points.map(({ size }) => size));
  // Zero is at the bottom also where every size is zero.
  const top = most === least ? least + 1n : most;
  const step = SIZE.width / points.length;
  const yOf = (size: bigint): number => SIZE.height * shareOf(top - size, top - least);
  const xOf = (at: number): number => at * step + step / 2;
  const every = Math.ceil(points.length / MOST_LABELS);
  const drawn = kind === 'bar' ? barsOf(points, { step, yOf }) : lineOf(points, { xOf, yOf });
  const viewBox = `0 -4 ${SIZE.width} ${SIZE.height + SIZE.label + 4}`;
  return html`<div class="chart"><svg viewBox=${viewBox} width=${SIZE.width} role="img" aria-label=${title}>
    ${drawn}
    <line class="axis" x1="0" x2=${SIZE.width} y1=${yOf(0n)} y2=${yOf(0n)} />
    ${points.map(
      ({ label }, at) =>
        at % every === 0 &&
        html`<text class="tick" x=${at === 0 && points.length > MOST_LABELS ? 0 : xOf(at)} y=${SIZE.height + SIZE.label - 6} text-anchor=${at === 0 && points.length > MOST_LABELS ? 'start' : 'middle'}>${label}</text>`,
    )}
  </svg></div>`;
}

function barsOf(
  points: readonly ChartPoint[],
  { step, yOf }: { step: number; yOf: (size: bigint) => number },
): VNode[] {
  const width = Math.min(step * 0.7, WIDEST_BAR);
  return points.map(({ label, text, size }, at) => {
    const [top, bottom] = [Math.min(yOf(size), yOf(0n)), Math.max(yOf(size), yOf(0n))];
    return html`<rect class=${size < 0n ? 'bar below' : 'bar'} x=${at * step + (step - width) / 2} y=${top} width=${width} height=${Math.max(bottom - top, 1)} rx="2"><title>${label}: ${text}</title></rect>`;
  });
}

function lineOf(
  points: readonly ChartPoint[],
  { xOf, yOf }: { xOf: (at: number) => number; yOf: (size: bigint) => number },
): VNode[] {
  const path = points.map(({ size }, at) => `${xOf(at)},${yOf(size)}`).join(' ');
  return [
    html`<polyline class="line" points=${path} />`,
    ...points.map(
      ({ label, text, size }, at) =>
        html`<circle class="dot" cx=${xOf(at)} cy=${yOf(size)} r="3"><title>${label}: ${text}</title></circle>`,
    ),
  ];
}

function rowsOf(points: readonly ChartPoint[], title: string): VNode {
  const { most } = rangeOf(points.map(({ size }) => size));
  const room = SIZE.width - ROW.labels - ROW.values;
  const height = points.length * ROW.height;
  return html`<div class="chart"><svg viewBox=${`0 0 ${SIZE.width} ${height}`} width=${SIZE.width} role="img" aria-label=${title}>
    ${points.map(({ label, text, size }, at) => {
      const width = Math.max(1, room * shareOf(size < 0n ? 0n : size, most || 1n));
      return html`<g>
        <text x="0" y=${at * ROW.height + 17}>${label}</text>
        <rect class="bar" x=${ROW.labels} y=${at * ROW.height + 5} width=${width} height=${ROW.height - 10} rx="2" />
        <text x=${ROW.labels + width + 8} y=${at * ROW.height + 17}>${text}</text>
      </g>`;
    })}
  </svg></div>`;
}
