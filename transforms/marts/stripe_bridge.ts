import { defineModel } from '../engine/model.ts';

export const stripeBridge = defineModel(import.meta.url, {
  name: 'stripe_bridge',
  kind: 'period',
  reads: [
    'tantieme.stg_stripe__balance_transactions',
    'stripe.balances',
    'ledger.closes',
    'seeds.stripe_categories',
    'seeds.stripe_balance_types',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.postings'],
  fields: [
    'period',
    'balance_type',
    'currency',
    'bridge_line',
    'bridge_category',
    'movement_count',
    'gross_minor',
    'fee_minor',
    'net_minor',
  ],
  key: ['period', 'balance_type', 'currency', 'bridge_line', 'bridge_category'],
});
