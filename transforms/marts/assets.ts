import { defineModel } from '../engine/model.ts';

export const assets = defineModel(import.meta.url, {
  name: 'assets',
  kind: 'view',
  reads: ['tantieme.stg_rudder__assets'],
  fields: ['asset_id', 'creator_id?', 'asset_title?'],
  key: ['asset_id'],
});
