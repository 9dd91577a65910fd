import { AMOUNT_DIFFERS, CURRENCY_DIFFERS, DUPLICATE, PAYOUTS } from './corruptions/differing.ts';
import { MISSING_IN_LEDGER, MISSING_IN_STRIPE } from './corruptions/missing.ts';
import { ACCOUNTS_AND_FEES, BALANCES, BANK, ROWS } from './corruptions/platform.ts';
import type { Corruption } from './plant.ts';

/** Every kind of thing that can be wrong. They concern different movements, but for those of the balance, so that they can be combined. */
export const CORRUPTIONS: readonly Corruption[] = [
  ...MISSING_IN_STRIPE,
  ...MISSING_IN_LEDGER,
  ...AMOUNT_DIFFERS,
  ...CURRENCY_DIFFERS,
  ...DUPLICATE,
  ...PAYOUTS,
  ...ACCOUNTS_AND_FEES,
  ...BANK,
  ...ROWS,
  ...BALANCES,
];
