import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { chart, drawingsOf } from '../../../api/portal/components/chart.ts';
import { amountAxis } from '../../../api/portal/components/chart-axis.ts';
import type { Chart, ChartPoint } from '../../../api/portal/components/chart-drawing.ts';
import { figureTexts, type ShownCard } from '../../../api/portal/components/figures.ts';
import { wordsOf } from '../../../api/portal/words.ts';
import { parseDecimal } from '../../../warehouse/money.ts';

/** The picture for a desk, or for a phone. */
async function drawn(shown: Chart, size: 'wide' | 'narrow' = 'wide'): Promise<string> {
  const markup = renderToString(await chart(shown));
  return markup.split(/(?=<svg)/).find((svg) => svg.startsWith(`<svg class="${size}"`)) ?? '';
}

const point = (label: string, decimal: string, isBalance = false): ChartPoint => ({
  ...{ label, text: `${decimal} EUR`, nanos: parseDecimal(decimal), isBalance },
});
const axis = amountAxis('de', 'EUR');
const title = 'Umsatz';

/** The bars of a chart with their colour, from left to right and from top to bottom. */
function barsIn(svg: string) {
  return [...svg.matchAll(/<path d="([^"]*)" fill="var\(--(\w+)\)"/g)].map(([, path = '', colour]) => {
    const numbers = [...path.replace(/A2 2 0 0 1/g, ' ').matchAll(/-?[\d.]+/g)].map(([number]) => Number(number));
    const [xs, ys] = [numbers.filter((_, at) => at % 2 === 0), numbers.filter((_, at) => at % 2 === 1)];
    return { colour, left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
}

const textsIn = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);

describe('a chart', () => {
  const points = [point('Januar', '1000'), point('Februar', '-500'), point('März', '2000')];

  test('has bars as high as their values, those below zero under the line', async () => {
    const [january, february, march] = barsIn(await drawn({ kind: 'bar', title, points, axis }));
    const heightOf = (bar = march) => (bar ? bar.bottom - bar.top : Number.NaN);
    expect(heightOf(march) / heightOf(january)).toBeCloseTo(2, 1);
    expect(heightOf(february) / heightOf(january)).toBeCloseTo(0.5, 1);
    expect([january?.bottom, february?.top]).toEqual([march?.bottom, march?.bottom]);
    expect([january?.colour, february?.colour]).toEqual(['brand', 'warn']);
  });

  test('is a picture with a name, and each point has its value as a title', async () => {
    for (const kind of ['bar', 'line', 'row', 'bridge'] as const) {
      const svg = await drawn({ kind, title: 'A "chart" & more', points, axis });
      expect(svg).toMatch(
        /<svg class="wide" viewBox="[^"]+" width="\d+" role="img" aria-label="A &quot;chart&quot; &amp; more">/,
      );
      expect([...svg.matchAll(/<title>([^<]*)</g)].map(([, text]) => text)).toEqual([
        ...['Januar: 1000 EUR', 'Februar: -500 EUR', 'März: 2000 EUR'],
      ]);
    }
  });

  test('writes its axis in the language of the reader, with the currency', async () => {
    const millions = [point('Januar', '1000000'), point('Februar', '3000000')];
    const german = textsIn(await drawn({ kind: 'line', title, points: millions, axis }));
    expect(german).toEqual(expect.arrayContaining(['Januar', '0 EUR', '1\u00a0Mio. EUR', '3\u00a0Mio. EUR']));
    const english = await drawn({ kind: 'line', title, points: millions, axis: amountAxis('en', 'EUR') });
    expect(textsIn(english)).toContain('3m EUR');
    expect(textsIn(await drawn({ kind: 'bar', title, points, axis }))).toContain('−1000 EUR');
  });

  test('has no style, script, class or id, whatever its texts are, and the same bytes each time', async () => {
    const hostile = [point(' class="a" <script>', '1'), point('<style>a{}</style></svg>', '2'), point('{b|c}', '3')];
    for (const kind of ['bar', 'line', 'row', 'bridge'] as const) {
      const first = await drawn({ kind, title, points: hostile, axis });
      expect(first.replace('class="wide" ', '')).not.toMatch(
        /<style|<script|<[^>]* (?:style|class|clip-path|id|on\w+)=/,
      );
      expect(first).toContain('<title>&lt;style>a{}&lt;/style>&lt;/svg>: 2 EUR</title>');
      expect(first.match(/<\/svg>/g)).toHaveLength(1);
      expect(await drawn({ kind, title, points: hostile, axis })).toBe(first);
    }
  });

  test('of counts has only whole numbers beside it, and zero at the bottom where all are zero', async () => {
    const card = { rows: [{ metric_value: '1' }] } as unknown as ShownCard;
    const counts = figureTexts({ words: wordsOf('en'), locale: 'en' }, 'count').axis(card);
    const beside = async (...decimals: string[]) =>
      textsIn(await drawn({ kind: 'bar', title, points: decimals.map((each) => point('x', each)), axis: counts }));
    expect(await beside('1', '2')).toEqual(['0', '1', '2', 'x', 'x']);
    expect(await beside('0')).toEqual(['0', '1', 'x']);
  });

  test('of sums beyond the whole numbers of a double is drawn', async () => {
    const sums = [point('Januar', '9007199254740993.000000001'), point('Februar', '4503599627370496')];
    const [january, february] = barsIn(await drawn({ kind: 'bar', title, points: sums, axis }));
    expect(
      ((january?.bottom ?? 0) - (january?.top ?? 0)) / ((february?.bottom ?? 0) - (february?.top ?? 0)),
    ).toBeCloseTo(2, 1);
  });
});

test('has texts of the same size on a phone, with the labels of rows above the bars', async () => {
  const long = 'reserved_funds_of_connected_accounts';
  const points = [point(long, '5'), point('charge', '2')];
  for (const kind of ['bar', 'row', 'bridge'] as const) {
    const svg = await drawn({ kind, title, points, axis }, 'narrow');
    expect(svg).toMatch(/^<svg class="narrow" viewBox="0 0 320 \d+" width="320"/);
    expect(new Set(svg.match(/font-size="\d+px"/g))).toEqual(new Set([`font-size="${kind === 'bar' ? 12 : 13}px"`]));
    if (kind !== 'bar') expect(textsIn(svg)).toEqual(expect.arrayContaining([long, 'charge', '5 EUR', '2 EUR']));
  }
  const [first, second] = barsIn(await drawn({ kind: 'row', title, points }, 'narrow'));
  expect([first?.left, second?.left]).toEqual([0, 0]);
  expect((second?.top ?? 0) - (first?.bottom ?? 0)).toBeGreaterThanOrEqual(20);
});

test('has place for its texts also in a wide font', async () => {
  const millions = [point('Januar', '300000'), point('Februar', '-100000')];
  for (const size of ['wide', 'narrow'] as const) {
    const svg = await drawn({ kind: 'bar', title, points: millions, axis }, size);
    const [, right = '0'] = /<text[^>]*text-anchor="end"[^>]*translate\(([\d.]+)/.exec(svg) ?? [];
    // DejaVu Sans, of Debian: 0.64 of the size of the font for a digit.
    expect(Number(right)).toBeGreaterThanOrEqual('−100.000 EUR'.length * 0.58 * 12);
  }
});

test('a bridge starts each change where the one before it ended, and balances at zero', async () => {
  const points = [
    point('opening', '100', true),
    point('sales', '300'),
    point('payouts', '-500'),
    point('closing', '-100', true),
  ];
  const [opening, sales, payouts, closing] = barsIn(await drawn({ kind: 'bridge', title, points }));
  expect([opening, sales, payouts, closing].map((bar) => bar?.colour)).toEqual(['soft', 'good', 'bad', 'soft']);
  expect(sales?.left).toBe(opening?.right);
  expect(payouts?.right).toBe(sales?.right);
  expect([closing?.left, closing?.right]).toEqual([payouts?.left, opening?.left]);
});

test('a chart is drawn once, beside the thread that asks for it', async () => {
  const shown = (title: string): Chart => ({ kind: 'bar', title, points: [point('Mai', '3')], axis });
  const first = await drawingsOf(shown('Mai'));
  let isDrawn = false;
  const other = drawingsOf(shown('Juni')).then(() => {
    isDrawn = true;
  });
  // What this thread drew itself, now that all is loaded, would be there within its turn; an answer from another one comes in a later turn.
  for (let step = 0; step < 1_000; step++) await Promise.resolve();
  expect(isDrawn).toBe(false);
  await other;
  expect(await drawingsOf(shown('Mai'))).toBe(first);
});
