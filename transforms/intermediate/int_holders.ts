import { defineModel } from '../engine/model.ts';

export const intHolders = defineModel(import.meta.url, {
  name: 'int_holders',
  kind: 'step',
  reads: ['steps.int_movements', 'steps.int_terms', 'seeds.ordinals'],
  fields: ['terms_id', 'creator_id', 'share_bps'],
  key: ['terms_id', 'creator_id'],
});
