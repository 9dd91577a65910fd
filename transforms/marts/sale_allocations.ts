import { defineModel } from '../engine/model.ts';

export const saleAllocations = defineModel(import.meta.url, {
  name: 'sale_allocations',
  kind: 'period',
  books: true,
  reads: ['steps.int_movements', 'steps.int_allocations'],
  fields: [
    'period',
    'movement_id',
    'creator_id',
    'movement_kind',
    'sale_id',
    'asset_id',
    'developer_id?',
    'license_type',
    'terms_id',
    'currency',
    'fee_bps',
    'share_bps',
    'gross_amount',
    'royalty_amount',
    'earned_period',
    'occurred_at',
  ],
  key: ['period', 'movement_id', 'creator_id'],
});
