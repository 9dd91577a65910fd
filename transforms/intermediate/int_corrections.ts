import { defineModel } from '../engine/model.ts';

export const intCorrections = defineModel(import.meta.url, {
  name: 'int_corrections',
  kind: 'step',
  reads: ['steps.int_known_corrections'],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'correction_id',
    'head_id?',
    'root_kind?',
    'root_id?',
    'is_partial',
    'voided_units?',
    'adjustment_amount?',
    'currency?',
    'correction_reason?',
    'occurred_at',
    'recorded_at',
    'suspended_period?',
    'is_of_period',
    'was_in_force',
    'is_in_force',
    'is_last',
    'exception_reason?',
  ],
  key: ['correction_id'],
});
