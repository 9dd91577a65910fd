import { defineModel } from '../engine/model.ts';

export const intWithholdingRates = defineModel(import.meta.url, {
  name: 'int_withholding_rates',
  kind: 'step',
  reads: [
    'steps.int_allocations',
    'steps.int_earlier_credits',
    'steps.int_tax_settings',
    'tantieme.stg_rudder__creator_payers',
    'tantieme.stg_rudder__tax_statuses',
    'tantieme.stg_rudder__creators',
    'seeds.withholding_rules',
  ],
  readsPrevious: ['tantieme.withholdings'],
  fields: [
    'creator_id',
    'credited_on',
    'payer_country',
    'payee_status',
    'status_basis',
    'withholding_rule_id',
    'withholding_rate_ppm',
    'is_payer_source_only',
  ],
  key: ['creator_id', 'credited_on'],
});
