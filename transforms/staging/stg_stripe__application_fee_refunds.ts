import { defineModel } from '../engine/model.ts';

export const stgStripeApplicationFeeRefunds = defineModel(import.meta.url, {
  name: 'stg_stripe__application_fee_refunds',
  kind: 'view',
  reads: ['stripe.application_fee_refunds'],
  fields: [
    'id_stripe',
    'application_fee_id_stripe',
    'amount_minor',
    'currency',
    'balance_transaction_id_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
