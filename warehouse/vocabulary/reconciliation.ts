import { type Field, int, text, words } from './field.ts';

/** The ways in which a movement in our books and Stripe's record of it can differ. */
const BREAK_CLASSES = [
  'amount_differs',
  'missing_in_stripe',
  'missing_in_ledger',
  'duplicate',
  'wrong_destination',
  'currency_differs',
  'reversed_after_settlement',
  'unclassified',
];

/** How our books compare to Stripe. */
export const RECONCILIATION_FIELDS = {
  flow_id: text("The movement of money: Stripe's id of it, or ours where Stripe has none."),
  flow_kind: words(
    'What kind of movement it is; `platform` is between Stripe and the platform alone: bank payouts, fees, top-ups.',
    ['charge', 'refund', 'dispute', 'payout', 'platform', 'other'],
  ),
  match_status: words('How a movement in our books compares to Stripe.', ['matched', 'platform_own', ...BREAK_CLASSES]),
  break_class: words('In what a movement in our books and Stripe differ.', BREAK_CLASSES),
  ledger_minor: int('What our books say, in minor units.'),
  stripe_minor: int('What Stripe says, in minor units.'),
  flow_count: int('How many movements.'),
} satisfies Record<string, Field>;
