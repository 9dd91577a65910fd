import { defineModel } from '../engine/model.ts';

export const intAllocations = defineModel(import.meta.url, {
  name: 'int_allocations',
  kind: 'whole',
  reads: ['tantieme.int_revenue_movements', 'tantieme.int_rated_events', 'tantieme.int_splits'],
  fields: ['movement_id', 'creator_id', 'share_bps', 'gross_amount', 'royalty_amount'],
  key: ['movement_id', 'creator_id'],
});
