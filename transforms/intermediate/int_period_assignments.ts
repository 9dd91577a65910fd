import { defineModel } from '../engine/model.ts';

export const intPeriodAssignments = defineModel(import.meta.url, {
  name: 'int_period_assignments',
  kind: 'view',
  reads: [
    'tantieme.int_open_periods',
    'tantieme.stg_rudder__sales',
    'tantieme.stg_rudder__refunds',
    'tantieme.stg_rudder__disputes',
    'tantieme.stg_rudder__dispute_outcomes',
    'tantieme.stg_rudder__payouts',
    'tantieme.stg_rudder__payout_reversals',
    'tantieme.stg_rudder__usage_invoices',
  ],
  fields: ['assigned_id', 'assigned_kind', 'earned_period', 'period'],
  key: ['assigned_kind', 'assigned_id'],
});
