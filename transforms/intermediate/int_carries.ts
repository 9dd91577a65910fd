import { defineModel } from '../engine/model.ts';

export const intCarries = defineModel(import.meta.url, {
  name: 'int_carries',
  kind: 'view',
  reads: ['tantieme.royalties', 'seeds.periods', 'seeds.currencies'],
  fields: ['period', 'creator_id', 'currency', 'carried_in_exact', 'carried_out_exact'],
  key: ['period', 'creator_id', 'currency'],
});
