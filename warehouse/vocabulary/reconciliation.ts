import { bool, type Field, int, text, words } from './field.ts';

/** What moves money at Stripe. A transfer is what pays a creator; a payout goes to the platform's bank. */
const FLOW_KINDS = ['charge', 'refund', 'dispute', 'transfer', 'payout', 'topup', 'other'] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** The movements of these, each in one direction; `other` are those without an object of their own. */
const CASH_MOVEMENTS = [
  'charge',
  'charge_failure',
  'refund',
  'refund_failure',
  'dispute',
  'dispute_reversal',
  'transfer',
  'transfer_reversal',
  'payout',
  'payout_reversal',
  'topup',
  'topup_reversal',
  'other',
] as const;
export type CashMovement = (typeof CASH_MOVEMENTS)[number];

const MOVEMENT_CLASSES = ['reported', 'own', 'notable', 'unexplained'] as const;
export type MovementClass = (typeof MOVEMENT_CLASSES)[number];

/** A kind of break: what happened, and what to do. `high` holds the creators concerned until it is cured or acknowledged. */
export interface BreakClass {
  readonly priority: 'high' | 'medium' | 'low';
  readonly meaning: string;
  /** If what it says leaves the break as it is, it ends with the acknowledgement. */
  readonly cure: string;
}

/** The kinds of breaks between our books and Stripe. */
export const BREAK_CLASSES = {
  missing_in_stripe: {
    priority: 'high',
    meaning: 'Our books have a movement that Stripe does not have.',
    cure: 'Find out whether the event was sent by mistake: then void what it reported. If Stripe has it under another id, void it and report it under that id.',
  },
  missing_in_ledger: {
    priority: 'high',
    meaning: 'Stripe has a movement that our books do not have.',
    cure: 'Find out which service should have reported it and have the event sent; for a failed refund or debit, or a dispute won or reopened later, that is its own event.',
  },
  destination_charge: {
    priority: 'high',
    meaning:
      'Stripe has transferred money of a charge to a creator by itself, because the charge names a destination, and our books do not have it: the creator would be paid again.',
    cure: 'With TANTIEME_DESTINATION_CHARGES=on it is booked as paid to the creator who had the account then, unless that was nobody or several creators, or the application fee of the charge is in another currency than the transfer. Otherwise adjust the balance of the creator by what the account has kept; then acknowledge the break.',
  },
  amount_differs: {
    priority: 'high',
    meaning: 'Our books and Stripe have the same movement with other amounts.',
    cure: 'Void what was reported with the wrong amount and report it again under a new id with the right one.',
  },
  currency_differs: {
    priority: 'high',
    meaning: 'Our books have a movement in another currency than the buyer paid in.',
    cure: 'Void what was reported with the wrong currency and report it again under a new id with the right one.',
  },
  duplicate: {
    priority: 'high',
    meaning:
      "Several sales, refunds or payouts in our books have the same id of Stripe's and together exceed its record.",
    cure: 'Void the ones that were reported twice.',
  },
  wrong_destination: {
    priority: 'high',
    meaning: 'A transfer went to another account than our books have.',
    cure: 'Reverse the transfer at Stripe if the account is not that of the creator, and find out who changed the payout; then acknowledge the break.',
  },
  reversed_after_settlement: {
    priority: 'high',
    meaning: 'Stripe has a reversal of a transfer that our books do not have: the creator no longer has that money.',
    cure: 'Find out who reversed it and why; if the creator is still owed the amount, adjust the balance or pay again; then acknowledge the break.',
  },
  payout_differs: {
    priority: 'high',
    meaning: 'A payout in our books is not the amount that its closed period promised to the creator in that currency.',
    cure: 'Compare the payout with the statement, and find out where its amount comes from before anything more is paid; then acknowledge the break.',
  },
  account_debited: {
    priority: 'medium',
    meaning: 'Money was taken from the connected account of a creator, and our books do not have it.',
    cure: 'Adjust the balance of the creator by the amount, with the reason for the debit; then acknowledge the break.',
  },
  fee_differs: {
    priority: 'medium',
    meaning: "Stripe's fee for a movement is higher than the rates configured.",
    cure: 'Compare the fee with your contract with Stripe; if it is too high, ask Stripe; if the rates configured are too low, have TANTIEME_STRIPE_FEES corrected. If it is right this once, acknowledge the break.',
  },
  payout_failed: {
    priority: 'medium',
    meaning: "A payout to the platform's bank failed or was canceled: the money is back in the balance at Stripe.",
    cure: 'Correct the bank account at Stripe and pay out again; then acknowledge the break.',
  },
  topup_reversed: {
    priority: 'medium',
    meaning: 'A top-up was taken back: the money is no longer in the balance at Stripe.',
    cure: "Find out why the platform's bank took it back, and top up again if payouts need it; then acknowledge the break.",
  },
  record_differs: {
    priority: 'medium',
    meaning: 'The record of a payout or top-up at Stripe and its balance transactions do not agree in amount or state.',
    cure: "Pull Stripe's records of that time again; if they still differ, ask Stripe, and acknowledge the break with the answer.",
  },
  carried_differs: {
    priority: 'medium',
    meaning: 'The balance transactions that an automatic payout to the bank carried do not sum to it.',
    cure: "Compare the payout with Stripe's payout reconciliation report; ask Stripe if it does not explain the difference, and acknowledge the break with the answer.",
  },
  unlinked: {
    priority: 'medium',
    meaning: 'A balance transaction belongs to no charge, refund, dispute, transfer, payout or top-up, though it must.',
    cure: "Pull Stripe's records of that time again; if it still belongs to nothing, ask Stripe, and acknowledge the break with the answer.",
  },
  links_differ: {
    priority: 'medium',
    meaning:
      'Several records of Stripe name a balance transaction as theirs, or its source is another one than names it.',
    cure: "Pull Stripe's records of that time again; if they still differ, ask Stripe, and acknowledge the break with the answer.",
  },
  sign_differs: {
    priority: 'medium',
    meaning: 'A balance transaction has the opposite sign of its kind.',
    cure: 'Look it up at Stripe, and acknowledge it with what it is.',
  },
  unpaired: {
    priority: 'medium',
    meaning:
      'Stripe has one of two balance transactions that always come together and sum to zero, without the other one.',
    cure: "Pull Stripe's records of that time again; if it still stands alone, ask Stripe, and acknowledge the break with the answer.",
  },
  unclassified: {
    priority: 'medium',
    meaning: 'A balance transaction has a category, type or balance that this version does not know, or not together.',
    cure: 'Look it up at Stripe, and acknowledge it with what it is. Have the kind added to seeds/stripe-movements.ts, so that the next one is known.',
  },
  unexplained: {
    priority: 'medium',
    meaning: 'A balance transaction is one that only its description at Stripe explains, such as an adjustment.',
    cure: 'Read its description, and acknowledge it with what it is.',
  },
  balance_differs: {
    priority: 'high',
    meaning: "The sum of the balance transactions that were pulled is not Stripe's own balance.",
    cure: "Pull Stripe's records from the first day of the account on. If the account was in use before the first day that can be pulled, acknowledge the difference with the balance of that day.",
  },
  bank_amount_differs: {
    priority: 'high',
    meaning: 'A bank has booked or returned another amount or currency for a payout than the one that was approved.',
    cure: 'Ask the bank, and find out whether the file was changed on its way. If the creator was paid less or more, adjust its balance or pay again; then acknowledge the break.',
  },
  bank_contradicts: {
    priority: 'high',
    meaning:
      'A bank says of a payout what cannot be true by our books, such as a booking of what had failed: it may be paid twice.',
    cure: 'Ask the bank what it has paid. If the creator was paid twice, adjust its balance; then acknowledge the break.',
  },
  bank_line_edited: {
    priority: 'high',
    meaning:
      'A bank has answered about a payout whose line was edited in the control store after it was exported into a bank file.',
    cure: 'Find out who has edited the line, and put it right. If nothing was recorded of the payout, resolve its file as taken then; then acknowledge the break.',
  },
  bank_payment_unknown: {
    priority: 'high',
    meaning: 'An entry of a bank statement names a payment, as ours do, that is in no bank file of ours.',
    cure: 'Find out who ordered the payment, and whether somebody else can pay from the account; then acknowledge the break.',
  },
  bank_payout_returned: {
    priority: 'medium',
    meaning: 'A payout by a bank file came back to the bank account: the amount is owed again.',
    cure: 'Let the creator correct the account if the reason concerns it, and pay again with the next batch; then acknowledge the break.',
  },
  bank_entry_unexplained: {
    priority: 'medium',
    meaning:
      'An entry of a bank statement is neither a payout of ours, nor one that came back, nor a fee: it is booked to suspense.',
    cure: 'Find out what it is, and acknowledge it with that.',
  },
  bank_balance_differs: {
    priority: 'high',
    meaning: 'The balance of a bank statement is not what our books have of the account, without what is in transit.',
    cure: 'Read the statements that are missing, from the first payout by a bank file on. What was read only after its month was closed is booked in a later month: here the break stays until it is acknowledged, as does what a wrong statement has left in suspense.',
  },
  books_differ: {
    priority: 'medium',
    meaning: "The account of the books for a balance at Stripe is not what Stripe's balance transactions give.",
    cure: 'It is usually a record that was pulled only after its month was closed. The next closing books it, in a later month: here the break stays until it is acknowledged. Look at the balance transactions that differ, then acknowledge the break.',
  },
} as const satisfies Record<string, BreakClass>;

export type BreakClassName = keyof typeof BREAK_CLASSES;
const BREAK_CLASS_NAMES = Object.keys(BREAK_CLASSES) as readonly BreakClassName[];

/** The reconciliation of our books with Stripe. */
export const RECONCILIATION_FIELDS = {
  flow_id: text("What moved money: Stripe's id of it, or ours if Stripe has no record of it."),
  flow_kind: words('The kind of what moved money; a transfer pays a creator, a payout the bank of the platform.', [
    ...FLOW_KINDS,
  ]),
  cash_movement: words('The movement: the thing itself, or what takes it back.', [...CASH_MOVEMENTS]),
  reversal_month: text(
    'Of the reversal of a transfer, the month in which Stripe made it; if Stripe does not have it, that of our books. Otherwise null.',
  ),
  movement_class: words(
    'What our books have of it: `reported` by a service and compared; `own` to Stripe and the platform; `notable`, the same but worth a look; `unexplained` without its description.',
    [...MOVEMENT_CLASSES],
  ),
  expected_sign: int('1 if the amount must be positive, -1 if negative, 0 if it may be either.'),
  match_status: words(
    "Whether a movement matches Stripe, is Stripe's own, has not moved anything at Stripe yet, or is a break.",
    ['matched', 'own', 'in_progress', ...BREAK_CLASS_NAMES],
  ),
  break_id: text('The break, the same from day to day: the movement and its id.'),
  break_class: words('The kind of break between our books and Stripe.', [...BREAK_CLASS_NAMES]),
  break_priority: words('How soon it must be looked at; `high` holds the payouts of the creators concerned.', [
    'high',
    'medium',
    'low',
  ]),
  ledger_minor: int('The amount in our books, in minor units, with the sign that Stripe uses.'),
  least_minor: int('The smallest of the amounts that a movement in our books sums, without sign, in minor units.'),
  stripe_minor: int('The amount at Stripe, in minor units of the currency in which the buyer paid.'),
  settled_minor: int('The amount that moved the balance at Stripe, in minor units of the settlement currency.'),
  settled_currency: text('The currency of the balance that moved.'),
  is_one_currency: bool('Whether all that our books have of the movement is in one currency.'),
  flow_count: int(
    'The number of movements; in a flow of our books, of sales, refunds, disputes or payouts that it sums.',
  ),
  stripe_period: text('The month in which Stripe created it.'),
  ledger_period: text('The period in which our books have it, or the first part of it.'),
  last_ledger_period: text('The period in which our books have the last part of a movement.'),
  own_minor: int('The amount of the object itself, as the buyer saw it, in minor units.'),
  own_currency: text('The currency of the object itself.'),
  is_in_progress: bool('Whether it has moved no money at Stripe yet, and may still do so.'),
  stripe_currency: text('The currency of the amount at Stripe.'),
  link_status: words('How a balance transaction belongs to its object.', ['linked', 'unlinked', 'links_differ']),
  is_direct: bool(
    'Whether the charge, refund or transfer that is its source names it as its own, nothing else does, and our books report such movements.',
  ),
  object_kind: words("The kind of Stripe's object.", [
    'charge',
    'refund',
    'dispute',
    'transfer',
    'transfer_reversal',
    'application_fee',
    'application_fee_refund',
    'payout',
    'topup',
  ]),
  balance_account: words('The account of the books that is the balance at Stripe.', [
    'stripe_balance',
    'stripe_issuing_balance',
    'stripe_prefunding_balance',
    'stripe_reserved_balance',
    'stripe_other_balance',
  ]),
  category_pair: text(
    'The pair that a category is one of: two balance transactions of the same amount that take each other back; otherwise null.',
  ),
  is_before_books: bool('Whether it was created before the first period of the books.'),
  most_fee_bps: int('The most that a fee may be, as a share of the amount in basis points.'),
  most_fixed_minor: int('The most that a fee may be on top of that share, in minor units.'),
  transfer_step_minor: int('The step in which Stripe transfers amounts, in minor units.'),
  bridge_line: words('A line of the bridge from the opening to the closing balance.', [
    'opening',
    'activity',
    'payouts',
    'closing',
    'retrieved',
    'residual',
    'booked',
  ]),
  bridge_category: text("Stripe's reporting category of a line of the bridge; '' for a balance."),
  movement_count: int('The number of balance transactions.'),
  gross_minor: int('The amounts before fees, in minor units.'),
} satisfies Record<string, Field>;
