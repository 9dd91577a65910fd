import { defineModel } from '../engine/model.ts';

export const breakCreators = defineModel(import.meta.url, {
  name: 'break_creators',
  kind: 'view',
  reads: [
    'tantieme.breaks',
    'tantieme.sale_allocations',
    'tantieme.int_stripe_objects',
    'tantieme.stg_rudder__sales',
    'tantieme.stg_rudder__refunds',
    'tantieme.stg_rudder__disputes',
    'tantieme.stg_rudder__payouts',
    'tantieme.stg_rudder__payout_account_intervals',
    'tantieme.stg_stripe__transfers',
    'tantieme.stg_rudder__bank_entries',
    'tantieme.stg_rudder__payout_reversals',
  ],
  fields: ['period', 'break_id', 'creator_id'],
  key: ['period', 'break_id', 'creator_id'],
});
