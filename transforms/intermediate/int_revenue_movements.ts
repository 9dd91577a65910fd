import { defineModel } from '../engine/model.ts';

export const intRevenueMovements = defineModel(import.meta.url, {
  name: 'int_revenue_movements',
  kind: 'whole',
  reads: [
    'tantieme.stg_rudder__refunds',
    'tantieme.stg_rudder__disputes',
    'tantieme.stg_rudder__dispute_outcomes',
    'tantieme.int_rated_events',
    'tantieme.int_period_assignments',
  ],
  fields: [
    'movement_id',
    'movement_kind',
    'revenue_event_id',
    'amount_before',
    'amount_after',
    'currency',
    'occurred_at',
    'earned_period',
    'period',
  ],
  key: ['movement_id'],
});
