import { defineModel } from '../engine/model.ts';

export const intJudgedReductions = defineModel(import.meta.url, {
  name: 'int_judged_reductions',
  kind: 'step',
  reads: ['steps.int_reductions', 'steps.int_reduced_sales', 'steps.int_voided_facts', 'seeds.currencies'],
  fields: [
    'fact_kind',
    'fact_id',
    'sale_id?',
    'amount?',
    'currency?',
    'dispute_outcome?',
    'correction_id?',
    'is_released',
    'occurred_at',
    'recorded_at',
    'suspended_period?',
    'exception_reason?',
  ],
  key: ['fact_kind', 'fact_id'],
});
