import { defineModel } from '../engine/model.ts';

export const connectedPayouts = defineModel(import.meta.url, {
  name: 'connected_payouts',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__connected_payouts',
    'tantieme.stg_stripe__accounts',
    'tantieme.stg_rudder__payout_account_intervals',
  ],
  fields: [
    'account_id_stripe',
    'id_stripe',
    'creator_id?',
    'amount_minor',
    'currency',
    'bank_result',
    'status_stripe',
    'failure_code?',
    'reversed_by_id_stripe?',
    'original_payout_id_stripe?',
    'created_at',
    'arrives_at',
    'came_back_recorded_at?',
  ],
  key: ['account_id_stripe', 'id_stripe'],
});
