import { defineModel } from '../engine/model.ts';

export const stgRudderCreators = defineModel(import.meta.url, {
  name: 'stg_rudder__creators',
  kind: 'view',
  reads: ['raw.creator_signed_up'],
  fields: ['creator_id', 'creator_name', 'country'],
  key: ['creator_id'],
});
