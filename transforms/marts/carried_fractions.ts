import { defineModel } from '../engine/model.ts';

export const carriedFractions = defineModel(import.meta.url, {
  name: 'carried_fractions',
  kind: 'period',
  books: true,
  reads: ['steps.int_allocations', 'seeds.currencies'],
  readsPrevious: ['tantieme.carried_fractions'],
  fields: ['period', 'creator_id', 'currency', 'carried_in_exact', 'carried_out_exact'],
  key: ['period', 'creator_id', 'currency'],
});
