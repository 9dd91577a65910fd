import { defineModel } from '../engine/model.ts';

export const stgRudderTaxSettings = defineModel(import.meta.url, {
  name: 'stg_rudder__tax_settings',
  kind: 'view',
  reads: ['raw.tax_settings_changed'],
  fields: [
    'payer_id',
    'valid_from_at',
    'payer_country',
    'undocumented_treatment',
    'decided_by',
    'occurred_at',
    'recorded_at',
  ],
  key: ['payer_id', 'valid_from_at'],
});
