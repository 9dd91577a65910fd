import { defineModel } from '../engine/model.ts';

export const CORRECTION_FIELDS = [
  'correction_id',
  'head_id?',
  'root_kind?',
  'root_id?',
  'is_partial',
  'voided_units?',
  'adjustment_amount?',
  'currency?',
  'chain_position?',
  'chain_effect?',
  'effective_at?',
  'correction_reason?',
  'occurred_at',
  'recorded_at',
  'exception_reason?',
] as const;

export const intCorrectionChains = defineModel(import.meta.url, {
  name: 'int_correction_chains',
  kind: 'view',
  reads: ['tantieme.int_confirmed_corrections', 'ledger.closes'],
  fields: CORRECTION_FIELDS,
  key: ['correction_id'],
});
