import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import type { CashMovement } from '../../warehouse/vocabulary/reconciliation.ts';
import { PAYOUT_MINIMUMS } from './payout-minimums.ts';

/**
 * The most that Stripe's fee for a movement may be: a share of its amount in basis points, and minor units on top. A higher fee is a break.
 */
export interface StripeFeeLimit {
  readonly cash_movement: CashMovement;
  readonly currency: string;
  readonly most_fee_bps: bigint;
  readonly most_fixed_minor: bigint;
}

/**
 * Where the setting `TANTIEME_STRIPE_FEES` does not say it: basis points, and the fixed part in basis points of the smallest payout of the
 * currency, which is about ten US dollars. These are above what stripe.com/pricing lists for any country and method, so that a correct fee is
 * no break: 6 % and 0.40 for a charge and for what a failed refund takes again, 30 for a dispute, 15 for a debit that fails, 2 % and 0.40 for
 * an instant payout.
 */
const DEFAULTS: Readonly<Record<Exclude<CashMovement, 'other'>, readonly [bps: bigint, fixedPerMinimumBps: bigint]>> = {
  charge: [600n, 400n],
  charge_failure: [0n, 15_000n],
  refund: [0n, 400n],
  refund_failure: [600n, 400n],
  dispute: [0n, 30_000n],
  dispute_reversal: [0n, 0n],
  transfer: [0n, 0n],
  transfer_reversal: [0n, 0n],
  payout: [200n, 400n],
  payout_reversal: [0n, 0n],
  topup: [0n, 400n],
  topup_reversal: [0n, 15_000n],
};

/** What may have a fee: every movement of an object. A fee that is a balance transaction of its own has no limit. */
export const MOVEMENTS_WITH_FEES = Object.keys(DEFAULTS) as readonly Exclude<CashMovement, 'other'>[];

/** The limit of each movement and currency: that of `own` if it has one, otherwise the default. */
export function stripeFeeLimits(own: readonly StripeFeeLimit[] = []): readonly StripeFeeLimit[] {
  const given = new Map(own.map((limit) => [`${limit.cash_movement} ${limit.currency}`, limit]));
  return MOVEMENTS_WITH_FEES.flatMap((cash_movement) =>
    CURRENCIES.map((currency) => {
      const [most_fee_bps, fixed] = DEFAULTS[cash_movement];
      const minimum = (PAYOUT_MINIMUMS[currency] ?? 10n) * 10n ** BigInt(requireExponent(currency));
      const most_fixed_minor = (minimum * fixed) / 10_000n;
      return given.get(`${cash_movement} ${currency}`) ?? { cash_movement, currency, most_fee_bps, most_fixed_minor };
    }),
  );
}
