import { defineModel } from '../engine/model.ts';

export const stgStripeBalanceTransactions = defineModel(import.meta.url, {
  name: 'stg_stripe__balance_transactions',
  kind: 'view',
  reads: ['stripe.balance_transactions'],
  fields: [
    'id_stripe',
    'source_id_stripe?',
    'reporting_category',
    'amount_minor',
    'fee_minor',
    'net_minor',
    'currency',
    'created_at',
  ],
  key: ['id_stripe'],
});
