import { CURRENCIES } from '../currencies.ts';
import { type Field, idOf, month, numeric, text, words } from './field.ts';

/** Sales, uses, refunds and disputes, and their amounts. */
export const SALE_FIELDS = {
  license_id: idOf('lic', 'A purchased licence.'),
  subscription_id: idOf('sub', 'A subscription to an asset.'),
  sale_id: idOf('sale', 'One payment for a licence, or for one period of a subscription.'),
  use_id: idOf('use', 'One metered use of an asset.'),
  refund_id: idOf('ref', 'One full or partial refund of a sale.'),
  dispute_id: idOf('dis', 'A dispute that a buyer opened about a sale.'),
  invoice_id: idOf('inv', "An invoice for a developer's metered use of one period."),
  units: numeric('The number of units that were used.'),
  amount: numeric('An amount of money, without tax.'),
  tax_amount: numeric('The tax collected on top of the amount.'),
  currency: words('ISO 4217 code of the currency of every amount in the row.', CURRENCIES),
  reason: text('The reason, as a word or a sentence.'),
  dispute_outcome: words('The outcome of a dispute for the platform.', ['won', 'lost']),
  charge_id_stripe: text('The charge at Stripe.', { pattern: '^ch_[A-Za-z0-9_]+$' }),
  refund_id_stripe: text('The refund at Stripe.', { pattern: '^re_[A-Za-z0-9_]+$' }),
  dispute_id_stripe: text('The dispute at Stripe.', { pattern: '^dp_[A-Za-z0-9_]+$' }),
  transfer_id_stripe: text('The transfer to the connected account at Stripe.', { pattern: '^tr_[A-Za-z0-9_]+$' }),
  usage_period: month('The period whose metered use is invoiced.'),
  closed_period: month('The period in which the outcome of a dispute was booked; null while it is open.'),
  revenue_event_id: text('The id of the sale or use that brought the revenue.'),
  revenue_event_kind: words('The kind of revenue event.', ['sale', 'use']),
  movement_id: text('One change of the revenue of a sale or use: the sale or use itself, a refund, a lost dispute.'),
  movement_kind: words('The kind of revenue movement.', ['earning', 'refund', 'adjustment']),
  amount_before: numeric('The revenue of the event before the movement, without tax.'),
  amount_after: numeric('The revenue of the event after the movement, without tax.'),
} satisfies Record<string, Field>;
