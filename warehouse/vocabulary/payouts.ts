import { bool, type Field, idOf, int, month, numeric, SIGNED_AMOUNT_PATTERN, sha256, text, words } from './field.ts';

/** Statements and payouts. */
export const PAYOUT_FIELDS = {
  statement_id: idOf('stmt', "A creator's statement for one period and currency."),
  statement_period: month('The period of a statement.'),
  document_hash: sha256('SHA-256 of the canonical JSON of a document.'),
  payout_id: idOf('po', 'One payout to one creator.'),
  // The second batch of a period is `batch_2026-01.2`: see `batchIdOf`.
  batch_id: text('A payout batch of one period, which is approved as a whole.', {
    pattern: '^batch_[A-Za-z0-9_.-]{1,80}$',
    example: 'batch_2026-01',
  }),
  payout_period: month('The period whose closing balance is paid out.'),
  payout_rail: words('How a payout reaches its creator, if not by a transfer at Stripe: by a bank file.', [
    'sepa',
    'ach',
  ]),
  is_rejection: bool('Whether a bank rejected the payment after all, so that nothing has left and nothing came back.', {
    example: true,
  }),
  payout_state: words('What became of a payout by a decision, or by what Stripe confirms.', [
    'approved',
    'held',
    'released',
    'cancelled',
    'confirmed',
  ]),
  detail: text('More about the reason, for finance; not for the creator.', {
    example: 'The account acct_1 cannot receive transfers.',
  }),
  payout_step: words('A step in the life of a payout.', [
    'approved',
    'held',
    'released',
    'cancelled',
    'sent',
    'confirmed',
    'failed',
    'reversed',
  ]),
  payout_status: words('The current state of a payout, from the first decision about it on.', [
    'planned',
    'approved',
    'held',
    'cancelled',
    'sent',
    'confirmed',
    'failed',
    'reversed',
  ]),
  bank_entry_id: text(
    'One thing that a bank has said: an entry of a statement, the part of it that is one payout, or an answer about a payout.',
    { example: 'bank_entry_1' },
  ),
  bank_entry_kind: words(
    'What it is: a payout that the bank has booked, a payout that came back, a fee, an entry that nothing explains, one that names a payment of nobody, an amount that is not that of its payout, what contradicts our books, or an answer about a payout whose line was edited.',
    ['payout', 'return', 'fee', 'unexplained', 'unknown_payment', 'amount_differs', 'contradiction', 'edited_line'],
  ),
  bank_amount: numeric(
    'What it has moved of the balance at the bank: negative for a debit, 0 if it is no entry of a statement.',
    {
      pattern: SIGNED_AMOUNT_PATTERN,
      example: '-160.00',
    },
  ),
  bank_statement_id: text('A statement of an account of the platform at a bank.', { example: 'bank_statement_1' }),
  own_bank_account: text('An account of the platform at a bank: a hash of its number, and its last four characters.', {
    example: '0f343b093112_2606',
  }),
  statement_opening_amount: numeric('The balance at the bank with which a statement begins.', {
    pattern: SIGNED_AMOUNT_PATTERN,
    example: '1000.00',
  }),
  statement_closing_amount: numeric('The balance at the bank with which a statement ends.', {
    pattern: SIGNED_AMOUNT_PATTERN,
    example: '831.00',
  }),
  statement_minor: int('The balance at the bank with which the last statement of the period ends, in minor units.'),
  booked_minor: int('The account of the books for it at the end of the period, in minor units.'),
  in_transit_minor: int(
    'What of that account is in transit: payouts and returns that no statement has yet, less those that a statement has and the books only later, in minor units.',
  ),
  residual_minor: int(
    'What the statement has that neither the books nor what is in transit explain, in minor units; 0 if all is explained.',
  ),
  reversed_amount: numeric('What came back of a payout.'),
  changed_by: text('The person or the job that changed it.', { example: 'Ada', isPersonal: true }),
} satisfies Record<string, Field>;
