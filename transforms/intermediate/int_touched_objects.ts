import { defineModel } from '../engine/model.ts';

export const intTouchedObjects = defineModel(import.meta.url, {
  name: 'int_touched_objects',
  kind: 'step',
  reads: [
    'steps.int_object_links',
    'steps.int_touched_flows',
    'steps.int_touched_transactions',
    'stripe.balance_transactions',
  ],
  fields: ['id_stripe'],
  key: ['id_stripe'],
});
