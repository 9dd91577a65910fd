import { defineModel } from '../engine/model.ts';

export const intVoidedFacts = defineModel(import.meta.url, {
  name: 'int_voided_facts',
  kind: 'step',
  reads: ['raw.dispute_opened', 'steps.int_corrections'],
  fields: ['fact_kind', 'fact_id', 'was_voided', 'is_voided', 'correction_id?', 'occurred_at?', 'recorded_at?'],
  key: ['fact_kind', 'fact_id'],
});
