import { defineModel } from '../engine/model.ts';

export const intTerms = defineModel(import.meta.url, {
  name: 'int_terms',
  kind: 'view',
  reads: ['tantieme.stg_rudder__asset_terms'],
  fields: [
    'terms_id',
    'asset_id',
    'license_type',
    'rate',
    'currency',
    'valid_from_at',
    'valid_until_at?',
    'recorded_at',
  ],
  key: ['terms_id'],
});
