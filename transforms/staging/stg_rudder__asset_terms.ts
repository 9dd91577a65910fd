import { defineModel } from '../engine/model.ts';

export const stgRudderAssetTerms = defineModel(import.meta.url, {
  name: 'stg_rudder__asset_terms',
  kind: 'view',
  reads: ['raw.asset_published'],
  fields: [
    'terms_id',
    'asset_id',
    'creator_id?',
    'license_type',
    'rate?',
    'currency',
    'splits',
    'occurred_at',
    'received_at?',
    'recorded_at',
  ],
  key: ['terms_id'],
});
