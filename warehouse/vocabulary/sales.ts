import { CURRENCIES } from '../currencies.ts';
import { type Field, idOf, month, numeric, text, words } from './field.ts';

/** What happened: sales, uses, refunds, disputes, and what they are worth. */
export const SALE_FIELDS = {
  license_id: idOf('lic', 'A licence that was bought.'),
  subscription_id: idOf('sub', 'A subscription to an asset.'),
  sale_id: idOf('sale', 'One payment for a licence, or for one period of a subscription.'),
  use_id: idOf('use', 'One metered use of an asset.'),
  refund_id: idOf('ref', 'One refund of a sale, in whole or in part.'),
  dispute_id: idOf('dis', 'A dispute that a buyer opened over a sale.'),
  invoice_id: idOf('inv', "An invoice for a developer's metered use of one period."),
  units: numeric('How many units were used.'),
  amount: numeric('An amount of money, without tax.'),
  tax_amount: numeric('The tax that was collected on top of the amount.'),
  currency: words('ISO 4217 code of the currency of every amount beside it.', CURRENCIES),
  reason: text('Why it happened, in one word or sentence.'),
  dispute_outcome: words('How a dispute ended for the platform.', ['won', 'lost']),
  charge_id_stripe: text('The charge at Stripe.', { pattern: '^ch_[A-Za-z0-9_]+$' }),
  refund_id_stripe: text('The refund at Stripe.', { pattern: '^re_[A-Za-z0-9_]+$' }),
  dispute_id_stripe: text('The dispute at Stripe.', { pattern: '^dp_[A-Za-z0-9_]+$' }),
  transfer_id_stripe: text('The transfer to the connected account at Stripe.', { pattern: '^tr_[A-Za-z0-9_]+$' }),
  usage_period: month('The period whose metered use is invoiced.'),
  closed_period: month('The period in whose books a dispute was decided; none while it is open.'),
  revenue_event_id: text('The sale, use or other event that something follows from, by its own id.'),
  revenue_event_kind: words('What kind of fact it is.', ['sale', 'use']),
  movement_id: text('One change of what a sale or use is worth: the fact itself, a refund, a lost dispute.'),
  movement_kind: words('What changed the worth of a fact.', ['earning', 'refund', 'adjustment']),
  amount_before: numeric('What a fact was worth before the change, without tax.'),
  amount_after: numeric('What a fact is worth after the change, without tax.'),
} satisfies Record<string, Field>;
