import { bankRail } from './bank/bank-rail.ts';
import type { PayoutRail, RailName } from './rail.ts';
import { STRIPE_RAIL } from './stripe/stripe-rail.ts';

/** Every way of paying. */
export const RAILS: Readonly<Record<RailName, PayoutRail>> = {
  stripe: STRIPE_RAIL,
  sepa: bankRail('sepa'),
  ach: bankRail('ach'),
};
