import { defineModel } from '../engine/model.ts';

export const intTouchedFlows = defineModel(import.meta.url, {
  name: 'int_touched_flows',
  kind: 'step',
  reads: [
    'steps.int_fact_flows',
    'steps.int_object_links',
    'stripe.balance_transactions',
    'tantieme.int_open_periods',
    'steps.int_known_corrections',
  ],
  fields: ['flow_id'],
  key: ['flow_id'],
});
