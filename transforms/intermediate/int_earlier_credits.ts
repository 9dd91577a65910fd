import { defineModel } from '../engine/model.ts';

export const intEarlierCredits = defineModel(import.meta.url, {
  name: 'int_earlier_credits',
  kind: 'step',
  reads: [
    'seeds.periods',
    'steps.int_movements',
    'steps.int_allocations',
    'steps.int_corrected_uses',
    'steps.int_use_reversals',
    'steps.int_tax_settings',
  ],
  readsPrevious: ['tantieme.sale_allocations', 'tantieme.statement_lines'],
  fields: ['movement_number', 'creator_id', 'currency', 'credited_period', 'credited_on', 'royalty_amount'],
  key: ['movement_number', 'creator_id', 'credited_period'],
});
