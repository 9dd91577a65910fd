import { defineModel } from '../engine/model.ts';

export const stgStripeTransferReversals = defineModel(import.meta.url, {
  name: 'stg_stripe__transfer_reversals',
  kind: 'view',
  reads: ['stripe.transfer_reversals'],
  fields: [
    'id_stripe',
    'transfer_id_stripe',
    'amount_minor',
    'currency',
    'balance_transaction_id_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
