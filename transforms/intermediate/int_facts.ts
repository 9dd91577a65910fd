import { defineModel } from '../model.ts';

export const intFacts = defineModel(import.meta.url, {
  name: 'int_facts',
  kind: 'whole',
  reads: ['tantieme.stg_rudder__sales', 'tantieme.stg_rudder__uses', 'tantieme.int_terms', 'seeds.platform_fees'],
  fields: [
    'fact_id',
    'fact_kind',
    'license_type',
    'asset_id',
    'developer_id',
    'terms_id',
    'fee_bps',
    'units',
    'amount',
    'currency',
    'occurred_at',
    'learned_at',
  ],
  key: ['fact_id'],
});
