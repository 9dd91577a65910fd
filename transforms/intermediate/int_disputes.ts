import { defineModel } from '../engine/model.ts';

export const intDisputes = defineModel(import.meta.url, {
  name: 'int_disputes',
  kind: 'view',
  reads: ['tantieme.stg_rudder__disputes', 'tantieme.stg_rudder__dispute_outcomes', 'tantieme.int_period_assignments'],
  fields: ['dispute_id', 'sale_id', 'dispute_outcome?', 'period', 'closed_period?'],
  key: ['dispute_id'],
});
