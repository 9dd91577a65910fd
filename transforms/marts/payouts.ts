import { defineModel } from '../engine/model.ts';

export const payouts = defineModel(import.meta.url, {
  name: 'payouts',
  kind: 'view',
  reads: ['tantieme.stg_rudder__payouts', 'tantieme.int_period_assignments'],
  fields: [
    'payout_id',
    'creator_id',
    'payout_period',
    'amount',
    'currency',
    'account_id_stripe',
    'transfer_id_stripe',
    'occurred_at',
    'recorded_at',
    'period',
  ],
  key: ['payout_id'],
});
