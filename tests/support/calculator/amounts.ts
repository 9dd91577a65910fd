import { CURRENCIES, requireExponent } from '../../../warehouse/currencies.ts';
import { floorDiv } from '../marketplace/allocate.ts';

/** Exact amounts as a bigint of 10⁻⁹. */

export const NANOS = 10n ** 9n;
const PLAIN_DECIMAL = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/;
/** An amount of 10²⁹ or more has too many digits for the warehouse. */
const READABLE_BELOW = 10n ** 38n;
/** Units, rates and amounts of uses are too large from 2⁶³ billionths on, other amounts from 10¹⁵ minor units on. */
export const RATED_BELOW = 2n ** 63n;
export const PAID_BELOW_MINOR = 10n ** 15n;

/** A plain decimal, rounded to a billionth, half away from zero; undefined for any other text. */
export function readDecimal(text: unknown): bigint | undefined {
  const match = typeof text === 'string' ? PLAIN_DECIMAL.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = BigInt(`${whole}${fraction.padEnd(9, '0')}`);
  const places = BigInt(Math.max(0, fraction.length - 9));
  const size = roundedRatio(digits, 10n ** places);
  if (size >= READABLE_BELOW) return undefined;
  return sign === '-' ? -size : size;
}

/** An amount that is readable and not negative. */
export function readAmount(text: unknown): bigint | undefined {
  const amount = readDecimal(text);
  return amount === undefined || amount < 0n ? undefined : amount;
}

/** A ratio of integers that are not negative, rounded half away from zero. */
export function roundedRatio(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}

/** Units times rate, rounded to a billionth; undefined if that is too large. */
export function rated(units: bigint, rate: bigint): bigint | undefined {
  const amount = roundedRatio(units * rate, NANOS);
  return amount < RATED_BELOW ? amount : undefined;
}

export function isCurrency(currency: unknown): currency is string {
  return typeof currency === 'string' && CURRENCIES.includes(currency);
}

/** One minor unit of a currency. */
export function minorUnit(currency: string): bigint {
  return 10n ** BigInt(9 - requireExponent(currency));
}

/** An amount in whole minor units, rounded down, also below zero. */
export function minorFloor(amount: bigint, currency: string): bigint {
  return floorDiv(amount, minorUnit(currency));
}

/** An amount in whole minor units, rounded up. */
export function minorCeiling(amount: bigint, currency: string): bigint {
  return -floorDiv(-amount, minorUnit(currency));
}

/** The sum of the amounts; of none, zero. */
export function sumOf(amounts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}
