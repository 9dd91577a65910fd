import { defineModel } from '../engine/model.ts';

export const suspendedFacts = defineModel(import.meta.url, {
  name: 'suspended_facts',
  kind: 'period',
  books: true,
  reads: [
    'steps.int_uses',
    'steps.int_sales',
    'steps.int_judged_reductions',
    'steps.int_reduced_sales',
    'steps.int_payouts',
    'seeds.currencies',
  ],
  fields: [
    'period',
    'fact_kind',
    'fact_id',
    'exception_reason',
    'suspended_period',
    'asset_id?',
    'license_type?',
    'developer_id?',
    'creator_id?',
    'sale_id?',
    'suspended_amount?',
    'currency?',
    'units?',
    'reported_right?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['period', 'fact_kind', 'fact_id'],
});
