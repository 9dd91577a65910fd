import { defineEvent } from './event.ts';

const PAYOUT = [
  'payout_id',
  'batch_id',
  'creator_id',
  'payout_period',
  'amount',
  'currency',
  'account_id_stripe',
] as const;

export const royaltyStatementIssued = defineEvent({
  name: 'Royalty Statement Issued',
  version: 1,
  meaning: 'A statement was issued; its documents never change.',
  subject: 'creator_id',
  sentBy: 'internal',
  properties: ['statement_id', 'creator_id', 'statement_period', 'currency', 'document_hash'],
});

export const payoutSent = defineEvent({
  name: 'Payout Sent',
  version: 1,
  meaning: "A creator's payout was transferred to the connected account at Stripe, or is paid by a bank.",
  subject: 'creator_id',
  sentBy: 'internal',
  properties: [...PAYOUT, 'transfer_id_stripe', 'payout_rail?'],
});

export const payoutFailed = defineEvent({
  name: 'Payout Failed',
  version: 1,
  meaning: "A creator's payout failed and no money moved; the balance is still owed.",
  subject: 'creator_id',
  sentBy: 'internal',
  properties: [...PAYOUT, 'reason'],
});

export const payoutReversed = defineEvent({
  name: 'Payout Reversed',
  version: 1,
  meaning:
    'The transfer of a payout, or a part of it, was reversed at Stripe, or a bank has returned or rejected it: the amount is owed again.',
  subject: 'creator_id',
  sentBy: 'internal',
  properties: [...PAYOUT, 'transfer_id_stripe', 'reversal_id_stripe', 'payout_rail?', 'is_rejection?'],
});

export const payoutChanged = defineEvent({
  name: 'Payout Changed',
  version: 1,
  meaning: 'A payout was approved, held, released, cancelled or confirmed; no money moved by that.',
  subject: 'creator_id',
  sentBy: 'internal',
  properties: [
    'payout_id',
    'batch_id',
    'creator_id',
    'payout_period',
    'amount',
    'currency',
    'account_id_stripe?',
    'payout_state',
    'reason?',
    'detail?',
    'changed_by',
  ],
});
