import type { PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';

/** Payouts of one currency. */
export interface PayoutTotal {
  readonly currency: string;
  readonly payout_count: number;
  readonly amount_minor: bigint;
}

/** The payouts and amounts of each currency, by currency. */
export function totalsOf(lines: readonly Pick<PayoutLinesTable, 'currency' | 'amount_minor'>[]): PayoutTotal[] {
  return [...Map.groupBy(lines, ({ currency }) => currency)]
    .map(([currency, some]) => ({
      currency,
      payout_count: some.length,
      amount_minor: some.reduce((sum, { amount_minor }) => sum + amount_minor, 0n),
    }))
    .sort((one, other) => (one.currency < other.currency ? -1 : 1));
}
