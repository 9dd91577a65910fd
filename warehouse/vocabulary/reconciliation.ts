import { bool, type Field, int, text, words } from './field.ts';

/**
 * The kinds of breaks between a movement of money in the ledger and Stripe's record of it. `duplicate`: several sales or refunds have
 * the same id of Stripe's and together exceed its record, or several payouts have the same transfer.
 */
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

/** The reconciliation of the ledger with Stripe. */
export const RECONCILIATION_FIELDS = {
  flow_id: text("The movement of money: Stripe's id, or ours if Stripe has no record of it."),
  flow_kind: words(
    'The kind of movement; `platform` is between Stripe and the platform only: bank payouts, fees, top-ups.',
    ['charge', 'refund', 'dispute', 'payout', 'platform', 'other'],
  ),
  match_status: words('Whether a movement in the ledger matches Stripe, or the kind of break.', [
    'matched',
    'platform_own',
    ...BREAK_CLASSES,
  ]),
  break_class: words('The kind of break between the ledger and Stripe.', BREAK_CLASSES),
  ledger_minor: int('The amount in the ledger, in minor units.'),
  stripe_minor: int('The amount at Stripe, in minor units.'),
  is_one_currency: bool('Whether all that the ledger has of the movement is in one currency.'),
  flow_count: int(
    'The number of movements; in a flow of the ledger, of sales, refunds, disputes or payouts that it sums.',
  ),
} satisfies Record<string, Field>;
