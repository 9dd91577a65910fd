import { defineModel } from '../engine/model.ts';

export const stgStripeBalanceTransactions = defineModel(import.meta.url, {
  name: 'stg_stripe__balance_transactions',
  kind: 'view',
  reads: ['stripe.balance_transactions'],
  fields: [
    'id_stripe',
    'source_id_stripe?',
    'reporting_category',
    'balance_transaction_type',
    'balance_type',
    'amount_minor',
    'fee_minor',
    'fee_tax_minor',
    'net_minor',
    'currency',
    'status_stripe',
    'available_at',
    'description_stripe?',
    'created_at',
  ],
  key: ['id_stripe'],
});
