import { defineModel } from '../engine/model.ts';

export const payouts = defineModel(import.meta.url, {
  name: 'payouts',
  kind: 'period',
  books: true,
  reads: ['steps.int_payouts'],
  fields: [
    'period',
    'payout_id',
    'creator_id',
    'payout_period',
    'amount',
    'currency',
    'account_id_stripe',
    'transfer_id_stripe',
    'occurred_at',
    'recorded_at',
  ],
  key: ['period', 'payout_id'],
});
