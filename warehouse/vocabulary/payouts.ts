import { type Field, idOf, month, numeric, sha256, text, words } from './field.ts';

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
  reversed_amount: numeric('What came back of a payout.'),
  changed_by: text('The person or the job that changed it.', { example: 'Ada', isPersonal: true }),
} satisfies Record<string, Field>;
