import { defineModel } from '../engine/model.ts';

export const withholdings = defineModel(import.meta.url, {
  name: 'withholdings',
  kind: 'period',
  books: true,
  reads: [
    'steps.int_allocations',
    'steps.int_earlier_credits',
    'steps.int_income_sources',
    'steps.int_tax_settings',
    'steps.int_withholding_rates',
    'seeds.currencies',
    'seeds.periods',
  ],
  readsPrevious: ['tantieme.withholdings'],
  fields: [
    'period',
    'creator_id',
    'currency',
    'credited_on',
    'payer_country',
    'payee_status',
    'status_basis',
    'withholding_rule_id',
    'withholding_rate_ppm',
    'credited_amount',
    'taxable_amount',
    'withheld_minor',
    'withheld_of_year_minor',
    'not_given_back_minor',
  ],
  key: ['period', 'creator_id', 'currency', 'credited_on'],
});
