import { Rejected } from './errors.ts';

/**
 * Decimal places of the supported currencies, as of 2026-01-01.
 * Source: ISO 4217 exponents, with the zero-decimal and three-decimal currencies as Stripe lists them
 * (docs.stripe.com/currencies). A currency that is not listed is refused, never guessed.
 */
const EXPONENTS: Readonly<Record<string, number>> = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  MYR: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PHP: 2,
  PLN: 2,
  RON: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  TWD: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
};

export const CURRENCIES: readonly string[] = Object.keys(EXPONENTS);

/** Decimal places of the minor unit: 2 for USD, 0 for JPY. Throws `Rejected` for an unsupported currency. */
export function exponentOf(currency: string): number {
  const exponent = Object.hasOwn(EXPONENTS, currency) ? EXPONENTS[currency] : undefined;
  if (exponent === undefined) throw new Rejected(`The currency ${JSON.stringify(currency)} is not supported.`);
  return exponent;
}
