import { requireExponent } from './currencies.ts';
import { Rejected } from './errors.ts';

/**
 * Exact money. An amount with fractions of a minor unit is a decimal string of at most nine decimal places, or a bigint of
 * 10⁻⁹ ("nanos"); a payable amount is a bigint of minor units. No amount is ever a `number`.
 */

const PLACES = 9;
const NANOS = 10n ** 9n;
const DECIMAL = /^(-?)(0|[1-9][0-9]{0,27})(?:\.([0-9]{1,9}))?$/;

/** `"12.5"` → 12500000000n. Throws `Rejected` for anything but a plain decimal of at most nine decimal places. */
export function parseDecimal(text: string): bigint {
  const match = DECIMAL.exec(text);
  if (!match) throw new Rejected(`${JSON.stringify(text)} is not a plain decimal of at most nine decimal places.`);
  const [, sign, whole = '0', fraction = ''] = match;
  const nanos = BigInt(whole) * NANOS + BigInt(fraction.padEnd(PLACES, '0'));
  return sign === '-' ? -nanos : nanos;
}

/** An integer of 10⁻ᵖˡᵃᶜᵉˢ as a decimal string without trailing zeros: (12500000000n, 9) → `"12.5"`. */
export function decimalOf(value: bigint, places: number = PLACES): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Minor units as a decimal string with all the decimal places of the currency: (1250n, "USD") → `"12.50"`. */
export function minorToDecimal(minor: bigint, currency: string): string {
  const places = requireExponent(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${minor < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(digits.length - places)}`}`;
}

/** From 10⁻⁹ to minor units, half away from zero. */
export function roundedMinor(nanos: bigint, currency: string): bigint {
  return dividedHalfAway(nanos, 10n ** BigInt(PLACES - requireExponent(currency)));
}

/** Half away from zero; the divisor is positive. */
export function dividedHalfAway(value: bigint, divisor: bigint): bigint {
  const half = (value < 0n ? -value : value) * 2n + divisor;
  return value < 0n ? -(half / (2n * divisor)) : half / (2n * divisor);
}

/** A decimal string as minor units. Throws `Rejected` if it is not a whole number of them. */
export function decimalToMinor(text: string, currency: string): bigint {
  const unit = 10n ** BigInt(PLACES - requireExponent(currency));
  const nanos = parseDecimal(text);
  if (nanos % unit !== 0n) throw new Rejected(`${text} ${currency} is not a whole number of minor units.`);
  return nanos / unit;
}
