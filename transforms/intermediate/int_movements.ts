import { defineModel } from '../engine/model.ts';

export const intMovements = defineModel(import.meta.url, {
  name: 'int_movements',
  kind: 'step',
  reads: ['steps.int_sale_movements', 'steps.int_usage_by_terms'],
  fields: [
    'movement_number',
    'movement_id',
    'movement_kind',
    'revenue_event_kind',
    'sale_id?',
    'movement_rank',
    'is_earlier',
    'terms_id',
    'fee_bps',
    'license_type',
    'asset_id',
    'developer_id?',
    'currency',
    'amount_before',
    'amount_after',
    'revenue_event_count',
    'units',
    'earned_period',
    'occurred_at?',
  ],
  key: ['movement_number'],
});
