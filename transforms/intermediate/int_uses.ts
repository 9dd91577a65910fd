import { defineModel } from '../engine/model.ts';

export const intUses = defineModel(import.meta.url, {
  name: 'int_uses',
  kind: 'step',
  reads: [
    'raw.asset_used',
    'steps.int_repeated_uses',
    'steps.int_rates',
    'steps.int_consents',
    'steps.int_corrected_uses',
  ],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'use_id',
    'asset_id?',
    'developer_id?',
    'units_billionths?',
    'reported_right?',
    'occurred_at?',
    'recorded_at?',
    'earned_period',
    'suspended_period?',
    'terms_number?',
    'currency?',
    'fee_bps?',
    'amount_billionths?',
    'is_voided',
    'exception_reason?',
  ],
  key: ['use_id'],
});
