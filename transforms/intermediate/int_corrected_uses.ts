import { defineModel } from '../engine/model.ts';

export const intCorrectedUses = defineModel(import.meta.url, {
  name: 'int_corrected_uses',
  kind: 'step',
  reads: ['raw.asset_used', 'steps.int_corrections', 'steps.int_voided_facts'],
  fields: [
    'use_id',
    'correction_id',
    'asset_id?',
    'developer_id?',
    'used_at?',
    'units_before?',
    'units_after?',
    'units_left?',
    'is_voided',
    'occurred_at',
    'exception_reason?',
  ],
  key: ['use_id', 'correction_id'],
});
