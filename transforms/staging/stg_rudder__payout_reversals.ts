import { defineModel } from '../engine/model.ts';

export const stgRudderPayoutReversals = defineModel(import.meta.url, {
  name: 'stg_rudder__payout_reversals',
  kind: 'view',
  reads: ['raw.payout_reversed'],
  fields: [
    'reversal_id_stripe',
    'payout_id',
    'creator_id',
    'payout_period',
    'amount?',
    'currency',
    'account_id_stripe',
    'transfer_id_stripe',
    'payout_rail?',
    'is_rejection',
    'occurred_at',
    'recorded_at',
  ],
  key: ['reversal_id_stripe'],
});
