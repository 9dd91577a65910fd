import { defineModel } from '../engine/model.ts';

export const intSplits = defineModel(import.meta.url, {
  name: 'int_splits',
  kind: 'view',
  reads: ['tantieme.stg_rudder__asset_terms', 'seeds.ordinals'],
  fields: ['terms_id', 'creator_id', 'share_bps'],
  key: ['terms_id', 'creator_id'],
});
