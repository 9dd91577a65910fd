import { defineModel } from '../engine/model.ts';

export const intReductions = defineModel(import.meta.url, {
  name: 'int_reductions',
  kind: 'step',
  reads: ['steps.int_first_reports', 'steps.int_voided_facts'],
  fields: [
    'fact_kind',
    'fact_id',
    'sale_id?',
    'amount?',
    'currency?',
    'dispute_outcome?',
    'is_dispute_known',
    'correction_id?',
    'is_released',
    'occurred_at',
    'recorded_at',
    'suspended_period?',
  ],
  key: ['fact_kind', 'fact_id'],
});
