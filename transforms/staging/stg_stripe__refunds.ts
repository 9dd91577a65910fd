import { defineModel } from '../engine/model.ts';

export const stgStripeRefunds = defineModel(import.meta.url, {
  name: 'stg_stripe__refunds',
  kind: 'view',
  reads: ['stripe.refunds'],
  fields: [
    'id_stripe',
    'charge_id_stripe?',
    'amount_minor',
    'currency',
    'status_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
