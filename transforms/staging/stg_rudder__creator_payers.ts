import { defineModel } from '../engine/model.ts';

export const stgRudderCreatorPayers = defineModel(import.meta.url, {
  name: 'stg_rudder__creator_payers',
  kind: 'view',
  reads: ['raw.creator_payer_assigned'],
  fields: ['creator_id', 'valid_from_at', 'payer_id', 'payer_country', 'decided_by', 'occurred_at', 'recorded_at'],
  key: ['creator_id', 'valid_from_at'],
});
