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
  checks: [
    {
      holds: 'What was sold or used has terms, and a fee, that were in force when it happened.',
      failures: `select rated_events.revenue_event_id, rated_events.asset_id, rated_events.license_type, assignments.period from tantieme.int_rated_events as rated_events join tantieme.int_period_assignments as assignments on assignments.assigned_id = rated_events.revenue_event_id and assignments.assigned_kind = rated_events.revenue_event_kind where rated_events.terms_id is null or rated_events.fee_bps is null or rated_events.amount is null or rated_events.currency is null`,
      hasPeriod: true,
    },
  ],
});
