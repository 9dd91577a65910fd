import { defineModel } from '../engine/model.ts';

export const intDisputes = defineModel(import.meta.url, {
  name: 'int_disputes',
  kind: 'view',
  reads: ['tantieme.stg_rudder__disputes', 'tantieme.stg_rudder__dispute_outcomes', 'tantieme.int_period_assignments'],
  fields: ['dispute_id', 'sale_id', 'dispute_outcome?', 'period', 'closed_period?'],
  key: ['dispute_id'],
  checks: [
    {
      holds: 'A dispute is in the currency of its sale.',
      failures: `select disputes.dispute_id, assignments.period from tantieme.stg_rudder__disputes as disputes join tantieme.stg_rudder__sales as sales on sales.sale_id = disputes.sale_id join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'dispute' where disputes.currency <> sales.currency`,
      hasPeriod: true,
    },
    {
      holds: 'An outcome names a dispute that is known.',
      failures: `select outcomes.dispute_id, assignments.period from tantieme.stg_rudder__dispute_outcomes as outcomes join tantieme.int_period_assignments as assignments on assignments.assigned_id = outcomes.dispute_id and assignments.assigned_kind = 'outcome' left join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id = outcomes.dispute_id where disputes.dispute_id is null`,
      hasPeriod: true,
    },
  ],
});
