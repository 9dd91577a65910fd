import { defineModel } from '../engine/model.ts';

export const stgStripeCharges = defineModel(import.meta.url, {
  name: 'stg_stripe__charges',
  kind: 'view',
  reads: ['stripe.charges'],
  fields: [
    'id_stripe',
    'amount_minor',
    'captured_minor',
    'refunded_minor',
    'currency',
    'status_stripe',
    'paying_account_id_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'made_transfer_id_stripe?',
    'application_fee_id_stripe?',
    'application_fee_minor?',
    'created_at',
  ],
  key: ['id_stripe'],
});
