import { defineModel } from '../engine/model.ts';

export const intAllocations = defineModel(import.meta.url, {
  name: 'int_allocations',
  kind: 'step',
  reads: ['steps.int_usage_by_terms', 'steps.int_sale_movements', 'steps.int_reduced_sales', 'steps.int_holders'],
  readsPrevious: ['tantieme.royalties'],
  fields: ['movement_id', 'creator_id', 'share_bps', 'gross_amount', 'royalty_amount'],
  key: ['movement_id', 'creator_id'],
});
