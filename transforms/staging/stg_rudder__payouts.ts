import { defineModel } from '../engine/model.ts';

export const stgRudderPayouts = defineModel(import.meta.url, {
  name: 'stg_rudder__payouts',
  kind: 'view',
  reads: ['raw.payout_sent'],
  fields: [
    'payout_id',
    'creator_id',
    'payout_period',
    'amount?',
    'currency',
    'account_id_stripe',
    'transfer_id_stripe',
    'payout_rail?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['payout_id'],
});
