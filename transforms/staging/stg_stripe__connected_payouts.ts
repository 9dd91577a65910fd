import { defineModel } from '../engine/model.ts';

export const stgStripeConnectedPayouts = defineModel(import.meta.url, {
  name: 'stg_stripe__connected_payouts',
  kind: 'view',
  reads: ['stripe.connected_payouts'],
  fields: [
    'account_id_stripe',
    'id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'payout_method',
    'is_automatic',
    'arrives_at',
    'failure_code?',
    'reversed_by_id_stripe?',
    'original_payout_id_stripe?',
    'was_paid',
    'came_back_recorded_at?',
    'created_at',
  ],
  key: ['account_id_stripe', 'id_stripe'],
});
