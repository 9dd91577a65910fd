import { defineModel } from '../engine/model.ts';

export const intRatedEvents = defineModel(import.meta.url, {
  name: 'int_rated_events',
  kind: 'whole',
  reads: [
    'tantieme.stg_rudder__sales',
    'tantieme.stg_rudder__uses',
    'tantieme.int_terms',
    'tantieme.int_period_assignments',
    'ledger.closes',
    'seeds.platform_fees',
  ],
  fields: [
    'revenue_event_id',
    'revenue_event_kind',
    'license_type',
    'asset_id',
    'developer_id',
    'terms_id?',
    'fee_bps?',
    'units',
    'amount?',
    'currency?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['revenue_event_id'],
});
