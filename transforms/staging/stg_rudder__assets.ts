import { defineModel } from '../engine/model.ts';

export const stgRudderAssets = defineModel(import.meta.url, {
  name: 'stg_rudder__assets',
  kind: 'view',
  reads: ['raw.asset_uploaded'],
  fields: ['asset_id', 'creator_id', 'asset_title'],
  key: ['asset_id'],
});
