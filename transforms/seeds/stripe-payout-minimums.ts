/**
 * The smallest payout that Stripe makes to a bank in another country than the platform's, in units of the currency of that country, by the
 * country of the connected account. What is less stays on the connected account until more comes.
 *
 * Source: docs.stripe.com/connect/cross-border-payouts/special-requirements, as found on 2026-11-28 in a copy of the page that ends after Colombia.
 * A country that is not listed has no minimum here: typically it is one unit. For payouts within a country, docs.stripe.com/payouts names
 * 0.01 USD for the United States and typically one unit elsewhere, which is below our own minimums.
 */
const FOUND: Readonly<Record<string, readonly [currency: string, units: bigint]>> = {
  AG: ['XCD', 1n],
  AL: ['ALL', 3_000n],
  AM: ['AMD', 12_100n],
  AO: ['AOA', 23_000n],
  AR: ['ARS', 4_600n],
  AT: ['EUR', 1n],
  AZ: ['AZN', 50n],
  BA: ['BAM', 50n],
  BD: ['BDT', 20n],
  BE: ['EUR', 1n],
  BH: ['BHD', 1n],
  BJ: ['XOF', 1n],
  BN: ['BND', 1n],
  BO: ['BOB', 200n],
  BS: ['BSD', 1n],
  BT: ['BTN', 2_500n],
  BW: ['BWP', 1n],
  CL: ['CLP', 23_000n],
  CO: ['COP', 140_000n],
  DZ: ['DZD', 1n],
  KH: ['KHR', 123_000n],
};

/** Unverified: named by a customer of Stripe's (knowledge.vpmsolutions.com, "Stripe minimum payouts", found on 2026-11-28), not seen on Stripe's page. */
const UNVERIFIED: typeof FOUND = {
  MX: ['MXN', 10n],
  PH: ['PHP', 20n],
  SV: ['USD', 30n],
};

interface StripePayoutMinimum {
  /** Of the connected account; two letters, upper-case. */
  readonly country: string;
  readonly currency: string;
  readonly units: bigint;
}

export const STRIPE_PAYOUT_MINIMUMS: readonly StripePayoutMinimum[] = Object.entries({ ...FOUND, ...UNVERIFIED }).map(
  ([country, [currency, units]]) => ({ country, currency, units }),
);
