import { defineModel } from '../engine/model.ts';

export const intDisputedSales = defineModel(import.meta.url, {
  name: 'int_disputed_sales',
  kind: 'step',
  reads: [
    'raw.dispute_opened',
    'raw.dispute_closed',
    'steps.int_first_reports',
    'steps.int_judged_reductions',
    'steps.int_voided_facts',
  ],
  fields: ['sale_id'],
  key: ['sale_id'],
});
