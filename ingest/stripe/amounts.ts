import { requireExponent } from '../../warehouse/currencies.ts';
import { invariant } from '../../warehouse/invariant.ts';

/**
 * The decimal places of Stripe's amounts where they are not those of ISO 4217: ISK and UGX are sent in hundredths although they have
 * none, MGA in whole units. HUF and TWD have two places in both. Source: docs.stripe.com/currencies, as of 2026-08.
 */
const STRIPE_PLACES: Readonly<Record<string, number>> = { ISK: 2, MGA: 0, UGX: 2 };

/** The minor units of an amount in Stripe's JSON, where a number is exact up to 2⁵³; a fraction of one is cut off. */
export function minorOf(amount: number, currency: string): bigint {
  invariant(
    Number.isSafeInteger(amount),
    `Stripe's amounts must be whole minor units below 2⁵³, but one is ${amount}.`,
  );
  const { times, per } = ratioOf(currency.toUpperCase());
  return (BigInt(amount) * per) / times;
}

/** Minor units as Stripe's amount; undefined if Stripe cannot express them: a fraction of its unit, or 2⁵³ and more. */
export function stripeAmountOf(minor: bigint, currency: string): number | undefined {
  const { times, per } = ratioOf(currency);
  const amount = (minor * times) / per;
  return (minor * times) % per === 0n && amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : undefined;
}

/** The most of an amount that Stripe transfers, in minor units. */
export function transferableOf(minor: bigint, currency: string): bigint {
  return minor - (minor % transferStepOf(currency));
}

/**
 * The step in which Stripe transfers an amount, in minor units: whole units of its own, and in currencies of three decimal places tens of
 * them. Source: docs.stripe.com/currencies, as of 2026-08.
 */
export function transferStepOf(currency: string): bigint {
  return requireExponent(currency) === 3 ? 10n : ratioOf(currency).per;
}

/**
 * The most of an amount of Stripe's that can be paid out to a bank, in Stripe's units: in HUF and TWD whole units, as in those that have none but
 * are sent in hundredths. Source: docs.stripe.com/currencies, as of 2026-08.
 */
export function payableToBank(amount: number, currency: string): number {
  const name = currency.toUpperCase();
  const hundredths = ['HUF', 'TWD', 'ISK', 'UGX'].includes(name);
  return amount - (amount % (hundredths ? 100 : requireExponent(name) === 3 ? 10 : 1));
}

/** Stripe's amount is `times / per` minor units. A currency that only Stripe has is taken as it is. */
function ratioOf(currency: string): { times: bigint; per: bigint } {
  const places = STRIPE_PLACES[currency];
  if (places === undefined) return { times: 1n, per: 1n };
  const more = places - requireExponent(currency);
  return { times: 10n ** BigInt(Math.max(0, more)), per: 10n ** BigInt(Math.max(0, -more)) };
}
