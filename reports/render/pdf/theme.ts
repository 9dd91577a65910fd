import type { HanFont } from './script-fonts.ts';
import type { Weight } from './typeface.ts';

/** A4 in points, and the edges of the area that is written on. */
export const PAGE = {
  width: 595.28,
  height: 841.89,
  left: 50,
  right: 545.28,
  top: 62,
  bottom: 782,
  footer: 796,
} as const;

export const WIDTH = PAGE.right - PAGE.left;

/** The space below every section, in points. */
export const SECTION_GAP = 20;

/** Every text colour has a contrast of at least 5:1 to its background (WCAG 2.2 AA requires 4.5:1). */
export const COLOUR = {
  text: '#17212b',
  quiet: '#5a6672',
  accent: '#0b5c5e',
  bar: '#3f9a96',
  rest: '#93a1ac',
  tint: '#eef5f4',
  rule: '#d8dfe4',
} as const;

export interface Style {
  readonly weight: Weight;
  /** In points. */
  readonly size: number;
  readonly colour: string;
  /** From one baseline to the next, in points. */
  readonly leading: number;
  /** OpenType features: `tnum` gives every digit the same width. */
  readonly features?: readonly ['tnum'];
  /** The forms of Han characters; simplified Chinese unless another is given. */
  readonly han?: HanFont;
}

function style(
  weight: Weight,
  size: number,
  options: { colour?: string; leading?: number; tabular?: boolean } = {},
): Style {
  const { colour = COLOUR.text, leading = Math.round(size * 14) / 10, tabular = false } = options;
  return { weight, size, colour, leading, ...(tabular ? { features: ['tnum'] as const } : {}) };
}

/** The text styles of a document. */
export const STYLE = {
  issuer: style('strong', 10.5, { colour: COLOUR.accent }),
  title: style('strong', 27, { leading: 34 }),
  name: style('strong', 13, { leading: 18 }),
  period: style('regular', 11, { colour: COLOUR.quiet, leading: 16 }),
  heading: style('strong', 11.5, { leading: 16 }),
  body: style('regular', 9, { leading: 13.5 }),
  quietBody: style('regular', 8, { colour: COLOUR.quiet, leading: 11.5 }),
  label: style('regular', 7.5, { colour: COLOUR.quiet, leading: 11 }),
  value: style('regular', 8, { leading: 11.5 }),
  amount: style('strong', 19, { colour: COLOUR.accent, leading: 26, tabular: true }),
  cell: style('regular', 8.5, { leading: 12 }),
  cellStrong: style('strong', 8.5, { leading: 12 }),
  figure: style('regular', 8.5, { leading: 12, tabular: true }),
  figureStrong: style('strong', 8.5, { leading: 12, tabular: true }),
  figureTail: style('regular', 8.5, { colour: COLOUR.quiet, leading: 12, tabular: true }),
  sum: style('regular', 9.5, { leading: 14 }),
  sumFigure: style('regular', 9.5, { leading: 14, tabular: true }),
  sumStrong: style('strong', 10.5, { leading: 15 }),
  sumFigureStrong: style('strong', 10.5, { leading: 15, tabular: true }),
  id: style('regular', 7, { leading: 12 }),
  columnTitle: style('regular', 7.5, { colour: COLOUR.quiet, leading: 11 }),
  small: style('regular', 7, { colour: COLOUR.quiet, leading: 10 }),
} as const;
