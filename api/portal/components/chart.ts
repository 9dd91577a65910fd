import type { VNode } from 'preact';
import { formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { Locale } from '../words.ts';
import type { Chart, ChartAxis } from './chart-drawing.ts';

/** Of amounts in a currency. */
export const amountAxis = (locale: Locale, currency: string): ChartAxis => ({
  text: (decimal) => `${formats(locale).short(decimal)} ${currency}`,
  step: 1n,
});

/**
 * A chart as one picture with a name, of the colours of the stylesheet. The numbers stand in a table beside it: amounts become numbers only to be
 * drawn. The library that draws is loaded with the first chart.
 */
export async function chart(shown: Chart): Promise<VNode> {
  const { drawChart } = await import('./chart-drawing.ts');
  const { width, height, markup } = drawChart(shown);
  return html`<div class=${shown.kind === 'bridge' ? 'chart scroll' : 'chart'}><svg viewBox=${`0 0 ${width} ${height}`} width=${width} role="img" aria-label=${shown.title}
    dangerouslySetInnerHTML=${{ __html: markup }} /></div>`;
}
