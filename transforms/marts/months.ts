import { defineModel } from '../engine/model.ts';

export const months = defineModel(import.meta.url, {
  name: 'months',
  kind: 'view',
  reads: ['seeds.periods', 'ledger.closes'],
  fields: [
    'period',
    'quarter',
    'calendar_year',
    'period_starts_at',
    'period_ends_at',
    'is_closed',
    'cutoff_at?',
    'seal?',
  ],
  key: ['period'],
});
