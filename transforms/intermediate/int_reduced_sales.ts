import { defineModel } from '../engine/model.ts';

export const intReducedSales = defineModel(import.meta.url, {
  name: 'int_reduced_sales',
  kind: 'step',
  reads: [
    'raw.license_refunded',
    'raw.dispute_opened',
    'raw.dispute_closed',
    'steps.int_reductions',
    'steps.int_sales',
    'steps.int_earlier_shares',
  ],
  fields: [
    'sale_id',
    'terms_id?',
    'fee_bps?',
    'license_type',
    'asset_id?',
    'developer_id?',
    'currency?',
    'amount?',
    'amount_left?',
    'reduced_amount',
    'reduction_count',
    'is_suspended',
    'is_earlier',
  ],
  key: ['sale_id'],
});
