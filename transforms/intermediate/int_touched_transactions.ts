import { defineModel } from '../engine/model.ts';

export const intTouchedTransactions = defineModel(import.meta.url, {
  name: 'int_touched_transactions',
  kind: 'step',
  reads: [
    'steps.int_object_links',
    'steps.int_touched_flows',
    'stripe.balance_transactions',
    'seeds.stripe_categories',
  ],
  fields: ['id_stripe'],
  key: ['id_stripe'],
});
