import { defineModel } from '../engine/model.ts';

export const stgRudderDisputeOutcomes = defineModel(import.meta.url, {
  name: 'stg_rudder__dispute_outcomes',
  kind: 'view',
  reads: ['raw.dispute_closed'],
  fields: ['dispute_id', 'dispute_outcome', 'occurred_at', 'recorded_at'],
  key: ['dispute_id'],
});
