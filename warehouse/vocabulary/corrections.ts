import { bool, type Field, int, numeric, SIGNED_AMOUNT_PATTERN, text, timestamp, words } from './field.ts';

/**
 * What can be corrected. The correction of a balance changes it by an amount; every other correction voids what it names. A doubt is that
 * about the payment of a sale.
 */
export const CORRECTED_KINDS = [
  'sale',
  'use',
  'refund',
  'dispute',
  'outcome',
  'invoice',
  'payout',
  'payout_reversal',
  'balance',
  'doubt',
  'correction',
] as const;

export type CorrectedKind = (typeof CORRECTED_KINDS)[number];

/** Corrections of what was reported. */
export const CORRECTION_FIELDS = {
  correction_id: text(
    "A correction: one of finance begins with cor_; that of a payment service's report is composed of what it reports.",
    { example: 'cor_5f0c2a9be1d8' },
  ),
  report_kind: words('What a payment service has reported, from which the correction follows.', [
    'refund_failed',
    'charge_failed',
    'dispute_reopened',
    'dispute_reversed',
  ]),
  is_unconfirmed: bool(
    'Whether it is the report of a payment service of which Stripe has the movement, but not what takes it back.',
  ),
  corrected_kind: words('The kind of what is corrected.', CORRECTED_KINDS),
  corrected_id: text(
    'The id of what is corrected; of an outcome, the id of its dispute; of a balance, the id of the creator; of a doubt, the id of the sale; of the reversal of a payout, that of Stripe.',
    { example: 'sale_1001' },
  ),
  adjustment_amount: numeric('By how much a balance is changed; negative if it is reduced.', {
    example: '12.50',
    pattern: SIGNED_AMOUNT_PATTERN,
  }),
  replaced_by_id: text('The id under which it was reported again as it is right.', { example: 'sale_1002' }),
  correction_reason: text('Why it is corrected, in a sentence.', {
    example: 'The sale was reported twice.',
    isPersonal: true,
  }),
  reference: text('What the reason can be checked by: a ticket, a letter, an id at Stripe.', {
    example: 'ticket 4711',
  }),
  proposed_by: text('The person who proposed it.', { example: 'Ada', isPersonal: true }),
  decided_by: text('Another person, who approved or rejected it.', { example: 'Ben', isPersonal: true }),
  head_id: text('The first correction of a chain, in which each one corrects the one before.'),
  root_kind: words('The kind of what a chain of corrections is about.', CORRECTED_KINDS),
  root_id: text('The id of what a chain of corrections is about.'),
  chain_position: int('The position of a correction in its chain, from 1.'),
  chain_effect: int(
    '1 for the first, third, … correction of a chain, -1 for the others: in force is a chain whose sum is 1.',
  ),
  effective_at: timestamp('The latest time of a correction and those before it in its chain.'),
  voided_units: numeric('The units that the void of a part of a use takes away.'),
  is_partial: bool('Whether it voids a part of a use.'),
  was_in_force: bool('Whether a chain of corrections was in force before the period: it had an odd number.'),
  is_in_force: bool('Whether a chain of corrections is in force at the end of the period: it has an odd number.'),
  is_last: bool('Whether it is the last one of its chain by the end of the period.'),
  was_voided: bool('Whether it was void before the period.'),
  is_voided: bool('Whether it is void at the end of the period.'),
  is_released: bool('Whether a correction takes back this reduction, instead of booking it.'),
  is_due: bool('Whether it falls into the period or was in suspense before it.'),
  units_before: numeric('The units of a use before a correction.'),
  units_after: numeric('The units of a use after a correction.'),
  units_left: numeric('The units of a use after all its corrections.'),
  used_at: timestamp('When a use happened.'),
} satisfies Record<string, Field>;
