import { requirePresent } from '../../warehouse/invariant.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import type { DatevSettings } from './accounting-file.ts';

/** A rate of 1. */
export const ONE = 10n ** 9n;

interface RateOptions {
  readonly period: Period;
  readonly settings: DatevSettings;
}

/** Units of a currency for one of the base currency, in 10⁻⁹; undefined if the accounting file has none. */
export function rateOf(currency: string, { period, settings }: RateOptions): bigint | undefined {
  if (currency === settings.base_currency) return ONE;
  const rate = settings.rates?.[currency]?.[period];
  return rate === undefined ? undefined : parseDecimal(rate);
}

/**
 * An amount in hundredths of the base currency, rounded half up, and the rate as DATEV's field Kurs has it. That field takes 1 to
 * 9999,999999 (developer.datev.de, booking batch); any other rate is left out, and the base amount alone counts.
 */
export function baseAmountOf(
  hundredths: bigint,
  { currency, ...options }: RateOptions & { readonly currency: string },
): { hundredths: bigint; rate: string | undefined } {
  const rate = requirePresent(rateOf(currency, options), `A rate of ${currency}.`);
  const rounded = (2n * hundredths * ONE + rate) / (2n * rate);
  return { hundredths: rounded, rate: rate >= ONE && rate < 10_000n * ONE ? rateText(rate) : undefined };
}

/** With six decimal places, which is all that the accounting file allows. */
function rateText(rate: bigint): string {
  const digits = (rate / 1000n).toString().padStart(7, '0');
  return `${digits.slice(0, -6)},${digits.slice(-6)}`;
}
