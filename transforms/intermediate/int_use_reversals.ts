import { defineModel } from '../engine/model.ts';

export const intUseReversals = defineModel(import.meta.url, {
  name: 'int_use_reversals',
  kind: 'step',
  reads: [
    'steps.int_corrected_uses',
    'steps.int_uses',
    'steps.int_terms',
    'steps.int_fees',
    'ledger.closes',
    'ledger.fact_keys',
  ],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'use_id',
    'correction_id',
    'asset_id?',
    'developer_id?',
    'terms_id?',
    'fee_bps?',
    'currency?',
    'units?',
    'amount_before?',
    'amount_after?',
    'earned_period?',
    'credited_period?',
    'occurred_at',
    'exception_reason?',
  ],
  key: ['use_id', 'correction_id'],
});
