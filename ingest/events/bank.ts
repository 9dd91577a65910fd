import { defineEvent } from './event.ts';

export const bankStatementRecorded = defineEvent({
  name: 'Bank Statement Recorded',
  version: 1,
  meaning:
    "A statement of the platform's account at a bank was read, and its entries lead from its opening to its closing balance.",
  subject: 'changed_by',
  sentBy: 'internal',
  properties: [
    'bank_statement_id',
    'own_bank_account',
    'currency',
    'statement_opening_amount',
    'statement_closing_amount',
    'changed_by',
  ],
});

export const bankEntryRecorded = defineEvent({
  name: 'Bank Entry Recorded',
  version: 1,
  meaning:
    'A statement of a bank has an entry, or a bank has said something of a payout that our books do not explain. One entry of several payouts is an event for each.',
  subject: 'changed_by',
  sentBy: 'internal',
  properties: [
    ...(['bank_entry_id', 'bank_entry_kind', 'bank_amount', 'currency'] as const),
    ...(['creator_id?', 'payout_id?', 'detail', 'changed_by'] as const),
  ],
});
