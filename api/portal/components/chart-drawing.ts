import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
  LineChart,
  type LineSeriesOption,
} from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { type ComposeOption, init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { renderToString } from 'preact-render-to-string';
import { decimalOf } from '../../../warehouse/money.ts';
import { html } from '../markup.ts';
import { type ChartAxis, stepBeside, textBeside } from './chart-axis.ts';

use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);
setPlatformAPI({
  measureText: (text, font) => ({ width: widthOf(text) * Number(/(\d+)px/.exec(font ?? '')?.[1] ?? 12) }),
});

type Option = ComposeOption<BarSeriesOption | CustomSeriesOption | LineSeriesOption | GridComponentOption>;

/** A point of a chart: what it is of, its value as written, and the same in 10⁻⁹, for drawing only. */
export interface ChartPoint {
  readonly label: string;
  readonly text: string;
  readonly nanos: bigint;
  /** Of a bridge: a balance starts at zero, a change where the bar before it ends. */
  readonly isBalance?: boolean;
}

/** Bars or a line over labels. */
interface ColumnChart {
  readonly kind: 'bar' | 'line';
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly axis: ChartAxis;
}

/** A bar in each row with its value behind it, from zero or, in a `bridge`, from one balance to the next. */
interface RowChart {
  readonly kind: 'row' | 'bridge';
  readonly title: string;
  readonly points: readonly ChartPoint[];
}

/** Plain data: it is drawn in another thread. */
export type Chart = ColumnChart | RowChart;

/** For a desk, and for a phone: a picture that is made smaller has texts that nobody can read. */
type DrawingSize = 'wide' | 'narrow';

/** What is inside the `svg` element of a chart, and the size that it is drawn for. */
export interface Drawing {
  readonly size: DrawingSize;
  readonly width: number;
  readonly height: number;
  readonly markup: string;
}

const WIDTHS = { chart: { wide: 480, narrow: 320 }, bridge: { wide: 860, narrow: 320 } };
const HEIGHT = 176;
/** In rows: of one, of its bar, and of the label above the bar on a phone; the names of Stripe's categories are long. */
const ROW = { wide: 26, narrow: 46, bar: 18, label: 20 };
/** Before the bars of rows on a desk. */
const LABELS = { row: 180, bridge: 270 };
/** Behind them. */
const VALUES = 130;
const WIDEST_BAR = 56;
/** A line of more points has no dot for each: they would touch, and each costs time. */
const MOST_DOTS = 31;
const ONE = 1_000_000_000;

/** Names of the stylesheet's colours, so that a chart follows light and dark. */
const INK = { color: 'var(--ink)' };
const SOFT = { color: 'var(--soft)' };
const LINE = { lineStyle: { color: 'var(--line)' } };
const TEXT = { fontFamily: 'inherit', fontSize: 12 };

/** Draws a chart with ECharts, once for each size. The same chart gives the same markup, which has neither styles nor ids. */
export const drawChart = (chart: Chart): readonly Drawing[] =>
  (['wide', 'narrow'] as const).map((size) => drawn(chart, size));

function drawn(chart: Chart, size: DrawingSize): Drawing {
  const width = WIDTHS[chart.kind === 'bridge' ? 'bridge' : 'chart'][size];
  const height = isInRows(chart) ? chart.points.length * ROW[size] : HEIGHT;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption({ animation: false, textStyle: TEXT, ...(isInRows(chart) ? rows(chart, size) : columns(chart)) });
    return { size, width, height, markup: plainMarkup(drawing.renderToSVGString(), chart.points) };
  } finally {
    drawing.dispose();
  }
}

/** The width of a text in em, in the widest of the fonts that a reader may have: nothing is cut where there is less place than in Arial. */
const widthOf = (text: string): number =>
  [...text].reduce((width, letter) => width + (/[ .,:;!|'()ijlftr_-]/.test(letter) ? 0.45 : 0.65), 0);

const isInRows = (chart: Chart): chart is RowChart => chart.kind === 'row' || chart.kind === 'bridge';

function columns({ kind, points, axis }: ColumnChart): Option {
  const data = points.map(({ nanos }) => ({
    value: Number(nanos),
    itemStyle: { color: nanos < 0n && kind === 'bar' ? 'var(--warn)' : 'var(--brand)' },
  }));
  const shared = { data, silent: true, emphasis: { disabled: true } };
  return {
    grid: { left: 0, right: 8, top: 8, bottom: 4 },
    xAxis: {
      ...{ type: 'category', data: points.map(({ label }) => label) },
      ...{ axisLabel: { ...TEXT, ...SOFT }, axisLine: { lineStyle: SOFT }, axisTick: { show: false } },
    },
    yAxis: {
      ...{ type: 'value', splitNumber: 3, splitLine: LINE, minInterval: Number(stepBeside(axis)) },
      // Where all is zero, zero stays at the bottom.
      max: ({ min, max }) => (min === max && max === 0 ? ONE : null),
      axisLabel: {
        ...TEXT,
        ...SOFT,
        formatter: (nanos: number) => textBeside(axis, decimalOf(BigInt(Math.round(nanos)))),
      },
    },
    series:
      kind === 'bar'
        ? {
            ...shared,
            type: 'bar',
            barMaxWidth: WIDEST_BAR,
            barMinHeight: 1,
            barCategoryGap: '30%',
            itemStyle: { borderRadius: 2 },
          }
        : {
            ...shared,
            type: 'line',
            symbol: 'circle',
            showSymbol: points.length <= MOST_DOTS,
            showAllSymbol: true,
            symbolSize: 6,
            lineStyle: { color: 'var(--brand)', width: 2 },
          },
  };
}

/** A bar in each row, with the value behind it; the label is before it on a desk, and above it on a phone. */
function rows({ kind, points }: RowChart, size: DrawingSize): Option {
  const spans = kind === 'bridge' ? spansOf(points) : points.map(({ nanos }) => ({ from: 0n, to: nanos }));
  const isWide = size === 'wide';
  const text = { ...TEXT, fontSize: 13, fill: INK.color, verticalAlign: 'middle' } as const;
  return {
    grid: { left: isWide ? LABELS[kind] : 0, right: VALUES, top: 0, bottom: 0, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false, boundaryGap: [0, 0], max: 'dataMax', min: ({ min }) => Math.min(0, min) },
    yAxis: {
      ...{ type: 'category', inverse: true, data: points.map(({ label }) => label) },
      axisLabel: {
        ...TEXT,
        ...INK,
        show: isWide,
        fontSize: 13,
        interval: 0,
        width: LABELS[kind] - 16,
        overflow: 'truncate',
        align: 'left',
        margin: LABELS[kind],
      },
      ...{ axisLine: { ...LINE, show: isWide }, axisTick: { show: false } },
    },
    series: {
      ...{ type: 'custom', silent: true, encode: { x: [0, 1], y: 2 } },
      data: spans.map(({ from, to }, at) => [Number(from), Number(to), at]),
      renderItem: (_, { coord, value }) => {
        const at = Number(value(2));
        const [[start = 0, middle = 0], [end = 0]] = [coord([value(0), at]), coord([value(1), at])];
        const [left, right] = [Math.min(start, end), Math.max(start, end)];
        const y = isWide ? middle : middle + ROW.label / 2;
        const bar = { x: left, y: y - ROW.bar / 2, width: Math.max(2, right - left), height: ROW.bar, r: 2 };
        const label = { text: points[at]?.label ?? '', width: WIDTHS.chart.narrow, overflow: 'truncate' } as const;
        return {
          type: 'group',
          children: [
            { type: 'rect', shape: bar, style: { fill: colourOf(kind, points[at]) } },
            { type: 'text', style: { ...text, text: points[at]?.text ?? '', x: right + 8, y } },
            ...(isWide ? [] : [{ type: 'text', style: { ...text, ...label, x: 0, y: y - ROW.label } } as const]),
          ],
        };
      },
    },
  };
}

function colourOf(kind: RowChart['kind'], point: ChartPoint | undefined): string {
  if (kind !== 'bridge') return 'var(--brand)';
  if (point?.isBalance) return 'var(--soft)';
  return (point?.nanos ?? 0n) < 0n ? 'var(--bad)' : 'var(--good)';
}

function spansOf(points: readonly ChartPoint[]): readonly { readonly from: bigint; readonly to: bigint }[] {
  let reached = 0n;
  return points.map(({ isBalance = false, nanos }) => {
    const from = isBalance ? 0n : reached;
    reached = from + nanos;
    return { from, to: reached };
  });
}

/**
 * What is inside the `svg` element, without what the policy of the pages forbids and what is numbered anew with each drawing: styles become
 * attributes, the style sheet for pointers and the clipping of lines are left out, and the index of a point becomes the title that a pointer
 * shows. Texts of charts are escaped, so that none looks like an attribute.
 */
function plainMarkup(svg: string, points: readonly ChartPoint[]): string {
  const titleOf = (index: string): string => {
    const point = points[Number(index)];
    return point ? renderToString(html`<title>${point.label}: ${point.text}</title>`) : '';
  };
  return svg
    .slice(svg.indexOf('>') + 1, svg.search(/<style|<\/svg>/))
    .replace(/<rect[^>]* fill="none"><\/rect>/, '')
    .replace(/ ecmeta_data_index="(\d+)"([^>]*>)/g, (_, index: string, rest: string) => rest + titleOf(index))
    .replace(/ style="font-size:(\d+px);font-family:inherit;"/g, ' font-size="$1"')
    .replace(/<defs.*<\/defs>/s, '')
    .replace(/ (?:class|clip-path|pointer-events|xml:space|ecmeta_\w+)="[^"]*"|\n/g, '');
}
