import { defineModel } from '../engine/model.ts';

export const intRates = defineModel(import.meta.url, {
  name: 'int_rates',
  kind: 'inline',
  reads: ['steps.int_terms', 'steps.int_fees'],
  fields: [
    'terms_number',
    'terms_id',
    'asset_id?',
    'license_type',
    'currency?',
    'rate_billionths?',
    'is_rate_too_large?',
    'fee_bps?',
    'withdrawn_at?',
    'consents_needed_from_at?',
    'valid_from_at',
    'valid_until_at',
    'exception_reason?',
  ],
  key: ['terms_id', 'valid_from_at'],
});
