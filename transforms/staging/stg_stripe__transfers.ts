import { defineModel } from '../engine/model.ts';

export const stgStripeTransfers = defineModel(import.meta.url, {
  name: 'stg_stripe__transfers',
  kind: 'view',
  reads: ['stripe.transfers'],
  fields: [
    'id_stripe',
    'amount_minor',
    'reversed_minor',
    'currency',
    'destination_account_id_stripe',
    'transfer_group?',
    'balance_transaction_id_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
