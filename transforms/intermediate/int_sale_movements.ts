import { defineModel } from '../engine/model.ts';

export const intSaleMovements = defineModel(import.meta.url, {
  name: 'int_sale_movements',
  kind: 'inline',
  reads: ['steps.int_judged_reductions', 'steps.int_sales', 'steps.int_reduced_sales', 'steps.int_voided_facts'],
  fields: [
    'movement_id',
    'movement_kind',
    'correction_id?',
    'sale_id',
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
    'occurred_at',
    'earned_period',
  ],
  key: ['movement_id'],
});
