import { defineModel } from '../engine/model.ts';

export const stgStripePayouts = defineModel(import.meta.url, {
  name: 'stg_stripe__payouts',
  kind: 'view',
  reads: ['stripe.payouts'],
  fields: [
    'id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'arrives_at',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
