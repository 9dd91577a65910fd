import { defineModel } from '../engine/model.ts';

export const intAllocations = defineModel(import.meta.url, {
  name: 'int_allocations',
  kind: 'step',
  reads: ['steps.int_movements', 'steps.int_earlier_shares', 'steps.int_holders', 'steps.int_balance_adjustments'],
  fields: ['movement_number', 'creator_id', 'currency', 'share_bps', 'gross_amount', 'royalty_amount'],
  key: ['movement_number', 'creator_id'],
});
