import { defineModel } from '../engine/model.ts';

export const monthlyBalances = defineModel(import.meta.url, {
  name: 'monthly_balances',
  kind: 'view',
  reads: ['tantieme.balances', 'seeds.currencies'],
  fields: ['period', 'currency', 'creator_count', 'paid_out_amount', 'payable_amount', 'held_amount', 'owed_amount'],
  key: ['period', 'currency'],
});
