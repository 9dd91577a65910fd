import { defineModel } from '../engine/model.ts';

export const developers = defineModel(import.meta.url, {
  name: 'developers',
  kind: 'view',
  reads: ['tantieme.stg_rudder__developers'],
  fields: ['developer_id', 'developer_name?', 'country?'],
  key: ['developer_id'],
});
