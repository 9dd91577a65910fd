import { date, type Field, int, month, numeric, words } from './field.ts';

/** What happens in a marketplace and is counted by day. */
export const ACTIVITY_KINDS = [
  'creator_signed_up',
  'creator_verified',
  'asset_uploaded',
  'asset_published',
  'developer_signed_up',
  'api_key_created',
  'sample_requested',
  'license_purchased',
  'subscription_paid',
] as const;

/** Figures of the marketplace by day, month, creator and developer. */
export const METRIC_FIELDS = {
  activity_on: date('The UTC day.'),
  activity_kind: words('What happened. A creator, asset, developer or key counts once, on its first day.', [
    ...ACTIVITY_KINDS,
  ]),
  activity_count: int('How often it happened.'),
  sold_amount: numeric('What buyers paid for sales and uses, before refunds, without tax.'),
  cohort_period: month('The month of signing up.'),
  signed_up_on: date('The day of signing up.'),
  verified_on: date('The day on which the identity check first succeeded.'),
  uploaded_on: date('The day of the first upload.'),
  published_on: date('The day on which an asset was first published.'),
  first_royalty_on: date('The day of the first royalty; of metered use, the last day of its month.'),
  days_to_royalty_count: int('The number of days from signing up to the first royalty.'),
  sale_count: int('The number of payments for licences and subscriptions.'),
  spent_amount: numeric('What was paid for sales and uses, less refunds and corrections, without tax.'),
  milestone: words('A step of creators, from signing up to the first royalty.', [
    '1_signed_up',
    '2_verified',
    '3_uploaded',
    '4_published',
    '5_earned',
  ]),
  break_count: int('The number of breaks.'),
  payout_count: int('The number of payouts.'),
  active_count: int('1 if the developer bought or used something in the period, otherwise 0.'),
  active_before_count: int('1 if the developer bought or used something in the period before, otherwise 0.'),
  creator_count: int('The number of creators with a balance.'),
  owed_amount: numeric('What creators are owed at the end of the period.'),
  paid_out_amount: numeric('Payouts of the period, less what came back.'),
  payable_amount: numeric('The part of what is owed that can be paid out.'),
  held_amount: numeric(
    'The part of what is owed that is on hold for disputes, and for payments and payouts that are not confirmed.',
  ),
  days_to_close_count: int('The number of days from the end of the period to its cutoff; 0 on the first day after it.'),
} satisfies Record<string, Field>;
