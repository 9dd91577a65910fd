import { CURRENCIES } from '../currencies.ts';
import { bool, type Field, foreignId, idOf, int, month, numeric, text, words } from './field.ts';

/** Sales, uses, refunds and disputes, and their amounts. */
export const SALE_FIELDS = {
  license_id: idOf('lic', 'A purchased licence.'),
  subscription_id: idOf('sub', 'A subscription to an asset.'),
  sale_id: idOf('sale', 'One payment for a licence, or for one period of a subscription.'),
  use_id: idOf('use', 'One metered use of an asset.'),
  refund_id: idOf('ref', 'One full or partial refund of a sale.'),
  dispute_id: idOf('dis', 'A dispute that a buyer opened about a sale.'),
  invoice_id: idOf('inv', "An invoice for a developer's metered use of one period."),
  units: numeric('The number of units that were used, as a decimal text; units times rate must be below 9.2e9.', {
    example: '1500',
  }),
  amount: numeric(
    'An amount of money, without tax, in units of its currency as a decimal text: whole minor units of it, and below 1e15 of them.',
    { example: '49.00' },
  ),
  tax_amount: numeric('The tax collected on top of the amount, in the same unit.', { example: '9.80' }),
  currency: words('ISO 4217 code of the currency of every amount in the row.', CURRENCIES, { example: 'USD' }),
  reason: text('The reason, as a word or a sentence.', { example: 'bought by mistake', isPersonal: true }),
  dispute_outcome: words('The outcome of a dispute for the platform.', ['won', 'lost']),
  charge_id_stripe: foreignId(
    'The charge at Stripe that paid it; several sales may have the same. None where amount and tax are zero.',
    { example: 'ch_1' },
  ),
  refund_id_stripe: foreignId('The refund at Stripe; several of our refunds may have the same.', { example: 're_1' }),
  dispute_id_stripe: foreignId('The dispute at Stripe.', { example: 'dp_1' }),
  transfer_id_stripe: foreignId(
    'The transfer to the connected account at Stripe, or the id of the payment at a bank.',
    { example: 'tr_1' },
  ),
  reversal_id_stripe: foreignId('The reversal of a transfer at Stripe, or the return of a payment by a bank.', {
    example: 'trr_1',
  }),
  usage_period: month('The period whose metered use is invoiced.'),
  revenue_event_id: text('The id of the revenue event: the sale or use that brought the revenue.'),
  revenue_event_kind: words('The kind of revenue event, or the balance that a correction changes.', [
    'sale',
    'use',
    'balance',
  ]),
  movement_id: text(
    'One change of the revenue of a sale or use: the sale or use itself, a refund, a lost dispute, a correction.',
  ),
  movement_number: int('A number for a movement within one build.'),
  movement_kind: words('The kind of revenue movement.', ['earning', 'refund', 'adjustment']),
  units_billionths: int('The number of units in whole billionths.'),
  amount_billionths: int('The amount in whole billionths.'),
  movement_rank: int('The order of the movements of a sale within the period; 0 is the sale itself.'),
  amount_left: numeric('What is left of the amount after all refunds and lost disputes booked so far.'),
  reduced_amount: numeric('What refunds and lost disputes of earlier periods come to.'),
  reduction_count: int('The number of refunds and lost disputes booked in earlier periods.'),
  is_suspended: bool('Whether the sale is in suspense.'),
  is_earlier: bool('Whether the sale was booked in an earlier period.'),
  is_dispute_known: bool('Whether the dispute is recorded.'),
  amount_before: numeric('The revenue of the event before the movement, without tax.'),
  amount_after: numeric('The revenue of the event after the movement, without tax.'),
} satisfies Record<string, Field>;
