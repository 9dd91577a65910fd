import { defineModel } from '../engine/model.ts';

export const intTaxSettings = defineModel(import.meta.url, {
  name: 'int_tax_settings',
  kind: 'step',
  reads: ['tantieme.stg_rudder__tax_settings'],
  fields: ['payer_id', 'payer_country', 'undocumented_treatment', 'credited_on'],
  key: ['payer_id'],
});
