import { defineModel } from '../engine/model.ts';

export const intEarlierShares = defineModel(import.meta.url, {
  name: 'int_earlier_shares',
  kind: 'step',
  reads: ['steps.int_reductions'],
  readsPrevious: ['tantieme.sale_allocations'],
  fields: [
    'sale_id',
    'creator_id',
    'share_bps',
    'terms_id',
    'fee_bps',
    'license_type',
    'asset_id',
    'developer_id?',
    'currency',
    'amount',
    'gross_amount',
    'royalty_amount',
  ],
  key: ['sale_id', 'creator_id', 'share_bps'],
});
