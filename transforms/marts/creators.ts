import { defineModel } from '../engine/model.ts';

export const creators = defineModel(import.meta.url, {
  name: 'creators',
  kind: 'view',
  reads: ['tantieme.stg_rudder__creators'],
  fields: ['creator_id', 'creator_name?', 'country?'],
  key: ['creator_id'],
});
