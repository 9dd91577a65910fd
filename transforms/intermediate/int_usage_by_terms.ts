import { defineModel } from '../engine/model.ts';

export const intUsageByTerms = defineModel(import.meta.url, {
  name: 'int_usage_by_terms',
  kind: 'inline',
  reads: ['steps.int_uses', 'steps.int_terms'],
  fields: [
    'movement_number',
    'movement_id',
    'terms_number',
    'terms_id',
    'rate',
    'fee_bps',
    'earned_period',
    'asset_id',
    'currency',
    'minor_per_unit?',
    'revenue_event_count',
    'units',
    'amount',
  ],
  key: ['movement_id'],
});
