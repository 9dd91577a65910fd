import { defineModel } from '../engine/model.ts';

export const stgRudderDevelopers = defineModel(import.meta.url, {
  name: 'stg_rudder__developers',
  kind: 'view',
  reads: ['raw.developer_signed_up'],
  fields: ['developer_id', 'developer_name', 'country'],
  key: ['developer_id'],
});
