import { defineModel } from '../engine/model.ts';

export const intEarlierShares = defineModel(import.meta.url, {
  name: 'int_earlier_shares',
  kind: 'step',
  reads: ['steps.int_reductions', 'steps.int_voided_facts'],
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
    'earned_period',
    'amount',
    'gross_amount',
    'royalty_amount',
  ],
  key: ['sale_id', 'creator_id', 'share_bps'],
});
