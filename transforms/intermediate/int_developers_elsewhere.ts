import { defineModel } from '../engine/model.ts';

export const intDevelopersElsewhere = defineModel(import.meta.url, {
  name: 'int_developers_elsewhere',
  kind: 'step',
  reads: ['tantieme.stg_rudder__developers', 'steps.int_tax_settings'],
  fields: ['payer_country', 'developer_id'],
  key: ['payer_country', 'developer_id'],
});
