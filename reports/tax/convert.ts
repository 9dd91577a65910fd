import { requireExponent } from '../../warehouse/currencies.ts';
import { dividedHalfAway, parseDecimal } from '../../warehouse/money.ts';
import type { TaxFile } from './tax-file.ts';

const RATE_PLACES = 9;

export type Amounts = readonly (readonly [currency: string, minor: bigint])[];

/** Sums amounts in the currency of a form, each currency rounded once, half away from zero. */
interface Converter {
  (amounts: Amounts): bigint;
  /** A sentence for each rate that was needed and is not in the tax file. */
  missing(): string[];
}

/** Amounts in a currency whose rate is missing count as 0: `missing` says so. Without a currency nothing is converted, and the sum is 0. */
export function converter(file: TaxFile, { year, currency }: { year: string; currency: string | null }): Converter {
  const lacking = new Set<string>();
  const one = ([from, minor]: Amounts[number]): bigint => {
    if (currency === null || minor === 0n) return 0n;
    if (from === currency) return minor;
    const found = file.rates.find((each) => each.from === from && each.to === currency && each.year === year);
    if (!found) {
      lacking.add(from);
      return 0n;
    }
    const scaled = minor * parseDecimal(found.rate) * 10n ** BigInt(requireExponent(currency));
    return dividedHalfAway(scaled, 10n ** BigInt(RATE_PLACES + requireExponent(from)));
  };
  const convert = (amounts: Amounts): bigint => amounts.reduce((sum, amount) => sum + one(amount), 0n);
  const missing = (): string[] =>
    [...lacking]
      .sort()
      .map(
        (from) =>
          `rates: there are amounts in ${from}, but the tax file has no rate from ${from} to ${currency} for ${year}; add it with its source and date.`,
      );
  return Object.assign(convert, { missing });
}
