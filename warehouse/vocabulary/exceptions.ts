import { bool, type Field, int, month, numeric, sha256, text, timestamp, words } from './field.ts';

/** Why a fact cannot be booked yet, or needs a look, and what cures it. The first reason that applies is the one that is shown. */
export const EXCEPTION_REASONS = {
  before_first_period: {
    meaning: 'It happened before the first period of the books.',
    cure: 'Close the earlier period first, or report it with the right time.',
  },
  dispute_unknown: { meaning: 'The dispute that it decides is not recorded.', cure: 'Report the dispute.' },
  outcome_unknown: {
    meaning: 'Its outcome is neither won nor lost.',
    cure: 'Report the dispute and its outcome under a new id.',
  },
  amount_invalid: {
    meaning: 'Its amount or number of units is missing, unreadable or negative.',
    cure: 'Report it under a new id with the right amount.',
  },
  rate_invalid: {
    meaning: 'The rate in its terms is missing, unreadable or negative.',
    cure: 'Publish terms of the same instant with the right rate and a greater id.',
  },
  currency_unknown: {
    meaning: 'Its currency is missing, or is not one that can be paid.',
    cure: 'Report it under a new id in a currency of the seed of currencies.',
  },
  amount_too_large: {
    meaning:
      'Its amount is 1e15 minor units of its currency or more; or, of a use, its units, its rate or their product are 9.2e9 or more.',
    cure: 'Report it under a new id with the right amount, or publish terms of the same instant with the right rate and a greater id.',
  },
  amount_not_minor: {
    meaning: 'Its amount is not a whole number of minor units of its currency.',
    cure: 'Report it under a new id with an amount that can be paid.',
  },
  terms_missing: {
    meaning: 'No terms of its asset and licence type were in force when it happened.',
    cure: 'Publish the terms, in force from that time on.',
  },
  fee_missing: {
    meaning: 'No platform fee was in force when it happened.',
    cure: 'Add the fee of that day to the seed of platform fees.',
  },
  holders_unreadable: {
    meaning: 'The holders in its terms cannot be read.',
    cure: 'Publish terms of the same instant with readable holders and a greater id.',
  },
  shares_not_whole: {
    meaning: 'The shares of the holders in its terms do not sum to 10000 basis points.',
    cure: 'Publish terms of the same instant with the right shares and a greater id.',
  },
  asset_withdrawn: {
    meaning: 'The owner had withdrawn the asset, and it was not under a licence bought before.',
    cure: 'Find out why it could be sold or used; give the buyer the money back, or report the withdrawal with the right time.',
  },
  consent_missing: {
    meaning: 'The owner had not consented to this use of the asset, or had revoked the consent.',
    cure: 'Report the consent that was in force; without one, give the buyer the money back.',
  },
  charge_exceeded: {
    meaning:
      'Stripe has charged less. If it is the only sale of its charge, it is booked, and what it earned is on hold. If sales that were recorded before have used up the charge, it waits.',
    cure: 'Void it if its amount is wrong or it is a second report of one sale, and report it under a new id as it is right. If the buyer has paid the rest otherwise, void the doubt.',
  },
  license_repeated: {
    meaning: 'A sale of the same licence was recorded before under another id.',
    cure: 'Void it if it is a second report of one sale; if it is not, void the doubt, or report it under a new id with its own licence.',
  },
  charge_missing: {
    meaning:
      'Stripe has no charge with its id and currency, or the charge failed. It is booked, but what it earned is on hold.',
    cure: 'Pull the records of its day from Stripe. If the charge is not there, void the sale; if the buyer has paid otherwise, void the doubt.',
  },
  sale_unknown: { meaning: 'The sale that it is about is not recorded.', cure: 'Report the sale.' },
  sale_suspended: {
    meaning: 'The sale that it is about is itself in suspense.',
    cure: 'Cure the exception of the sale.',
  },
  currency_differs: {
    meaning: 'Its currency is not that of the sale or payout that it is about.',
    cure: 'Report it under a new id in the currency of what it is about.',
  },
  reduction_exceeds_sale: {
    meaning: 'The refunds and lost disputes of the sale exceed what was paid by more than rounding.',
    cure: 'Find out which one is wrong, or how the buyer got the money twice.',
  },
  sale_voided: {
    meaning: 'The sale that it is about was void before it was booked.',
    cure: 'Void it as well, or correct the correction of the sale.',
  },
  correction_target_unknown: {
    meaning: 'What it corrects is not recorded.',
    cure: 'Report what it corrects, or correct this correction.',
  },
  terms_backdated: {
    meaning:
      'Terms were received more than a day after their own time, replace others, and would move sales or uses that were recorded before. They apply from when they were received.',
    cure: 'Accept it. If a sale was to fall under these terms, void the sale and report it under a new id at a later time, or adjust balances.',
  },
  report_unconfirmed: {
    meaning:
      'It was reported that a payment or refund failed, or that a dispute was reversed or opened again. Stripe has the payment, refund or dispute, but not that.',
    cure: "Pull Stripe's records. If Stripe never has it, correct this correction; if Stripe has it after all, correct your correction.",
  },
  already_corrected: {
    meaning: 'What it corrects has another correction, which was recorded earlier.',
    cure: 'Correct this correction; to change what the other one did, correct the other one.',
  },
  correction_exceeds_use: {
    meaning: 'It takes more units from a use than are left of it.',
    cure: 'Correct this correction, and propose one with the right number of units.',
  },
  correction_impossible: {
    meaning:
      'It is about a payout, or the reversal of one, that is booked, or brings back a sale that was void before it was booked.',
    cure: 'Correct this correction; adjust the balance, or report the sale under a new id.',
  },
  creator_unknown: {
    meaning: 'It was paid to, or adjusts the balance of, a creator who neither signed up nor ever had a balance.',
    cure: "Report the creator's sign-up.",
  },
  payout_unconfirmed: {
    meaning: 'Stripe has no transfer with its id and currency. It is not booked, and its amount is not paid again.',
    cure: "Pull Stripe's records of its day. If the transfer is not there, nothing was paid: void the payout.",
  },
  payout_unknown: {
    meaning:
      'The payout that it takes back is not booked with this transfer: it is not recorded, is in suspense, or is void.',
    cure: 'Report the payout, or cure its exception. If the payout was never made, void the reversal.',
  },
  reversal_unconfirmed: {
    meaning:
      'Stripe has no reversal with its id, of this transfer, amount and currency. It is not booked, and its amount is not paid again.',
    cure: "Pull Stripe's records of its day. If the reversal is not there, nothing came back: void it.",
  },
  reversal_exceeds_payout: {
    meaning: 'With the reversals that were recorded before, more than the payout would come back.',
    cure: 'Find out which one is wrong, and void it.',
  },
  reports_differ: {
    meaning: 'Another report of it, with other content, was recorded later. The one that was recorded first counts.',
    cure: 'Find out which one is true. If it is the later one, void the fact and report it under a new id.',
  },
  event_quarantined: {
    meaning:
      'Events about money are in the quarantine: they break the catalogue, or come from a source that may not send them.',
    cure: 'Read them in `quarantined_events`; send them again corrected, or mend the cause and run the job replay-rejected.',
  },
} as const;

export type ExceptionReason = keyof typeof EXCEPTION_REASONS;
export const EXCEPTION_REASON_NAMES = Object.keys(EXCEPTION_REASONS) as readonly ExceptionReason[];

/** Facts in suspense, facts that need a look, and the exceptions that list them. */
export const EXCEPTION_FIELDS = {
  exception_id: text(
    'One exception: a fact in suspense, all uses of an asset in suspense for one reason, or a fact that needs a look.',
  ),
  exception_reason: words('Why it cannot be booked yet, or needs a look.', EXCEPTION_REASON_NAMES),
  fact_kind: words(
    'The kind of a fact, which is what may be booked or in suspense; `event` for what is still in the quarantine.',
    [
      'sale',
      'use',
      'refund',
      'dispute',
      'outcome',
      'payout',
      'payout_reversal',
      'correction',
      'event',
      'doubt',
      'terms',
    ],
  ),
  fact_id: text(
    'The id of the sale, use, refund, dispute, payout, reversal or correction in suspense; of an outcome, the id of its dispute.',
  ),
  is_of_period: bool('Whether it is booked or in suspense in the period.'),
  suspended_amount: numeric(
    'What is posted to suspense for it: positive if a buyer owes or paid it, negative if it was given back or paid out; null without an amount.',
  ),
  flagged_amount: numeric(
    'The amount, as first reported, of a fact that needs a look though it is booked or in suspense elsewhere; of a use, what its terms give.',
  ),
  other_message_id: text('The message of the first later report of it with other content.'),
  other_amount: numeric('The amount in that report; of a use, what terms give for it.'),
  other_currency: text('The currency in that report, or of those terms.'),
  report_rank: int('The position of a report among those of its use in the order in which they were recorded, from 1.'),
  reported_units: text('The units of a use as they were reported.'),
  was_booked: bool('Whether a closed period has booked it or put it into suspense.'),
  flagged_period: month('The period from which on it needs a look.'),
  fact_count: int('The number of its facts.'),
  suspended_period: month('The period in which it became an exception.'),
  first_occurred_at: timestamp('When the first of them happened.'),
  facts_digest: sha256(
    'SHA-256 of the facts, with their amounts and units: it changes when one joins, leaves or is another one.',
  ),
  first_recorded_at: timestamp('When the first of them was recorded; its age counts from here.'),
} satisfies Record<string, Field>;
