import { defineModel } from '../engine/model.ts';

export const payoutReversals = defineModel(import.meta.url, {
  name: 'payout_reversals',
  kind: 'period',
  books: true,
  reads: ['steps.int_payout_reversals'],
  fields: [
    'period',
    'reversal_id_stripe',
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
  key: ['period', 'reversal_id_stripe'],
});
