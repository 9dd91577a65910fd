import { defineModel } from '../engine/model.ts';

export const intAssetOwners = defineModel(import.meta.url, {
  name: 'int_asset_owners',
  kind: 'step',
  reads: ['raw.asset_uploaded', 'raw.asset_published', 'raw.asset_transferred'],
  fields: ['asset_id', 'owner_id', 'valid_from_at', 'valid_until_at', 'heard_until_at'],
  key: ['asset_id', 'valid_from_at'],
});
