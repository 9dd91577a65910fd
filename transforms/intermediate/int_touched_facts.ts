import { defineModel } from '../engine/model.ts';

export const intTouchedFacts = defineModel(import.meta.url, {
  name: 'int_touched_facts',
  kind: 'step',
  reads: ['steps.int_fact_flows', 'steps.int_touched_flows'],
  fields: ['fact_id'],
  key: ['fact_id'],
});
