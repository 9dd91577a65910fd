import type { Unit } from '../../../transforms/metrics/metrics.ts';
import { decimalOf, dividedHalfAway, parseDecimal } from '../../../warehouse/money.ts';
import { formats } from '../formats.ts';
import type { Locale } from '../words.ts';

/** What the values beside a chart are, and for whom they are written. */
export interface ChartAxis {
  readonly unit: Unit;
  /** Of amounts; '' otherwise. */
  readonly currency: string;
  readonly locale: Locale;
}

export const amountAxis = (locale: Locale, currency: string): ChartAxis => ({ unit: 'amount', currency, locale });

/** The least distance of two values beside a chart: what the texts of a unit can tell apart. */
const STEPS: Readonly<Record<Unit, string>> = {
  ...{ amount: '0.000000001', amount_millionths: '10000', count: '1', days: '1', millionths: '10000', ppm: '1000' },
};

/** In 10⁻⁹. */
export const stepBeside = ({ unit }: ChartAxis): bigint => parseDecimal(STEPS[unit]);

/** How a plain decimal is written beside a chart. */
export function textBeside({ unit, currency, locale }: ChartAxis, decimal: string): string {
  const { decimal: exact, short } = formats(locale);
  if (unit === 'amount') return `${short(decimal)} ${currency}`;
  if (unit === 'amount_millionths') return `${short(ratio(decimal))} ${currency}`;
  if (unit === 'millionths') return exact(ratio(decimal));
  return unit === 'ppm' ? share(decimal, locale) : short(decimal);
}

/** Millionths as a decimal text with two places, half away from zero. */
export const ratio = (millionths: string): string => decimalOf(dividedHalfAway(BigInt(millionths), 10_000n), 2);

/** Millionths as percent with one place, half away from zero. */
export const share = (ppm: string, locale: Locale): string =>
  `${formats(locale).decimal(decimalOf(dividedHalfAway(BigInt(ppm), 1000n), 1))} %`;
