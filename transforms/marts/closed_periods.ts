import { defineModel } from '../engine/model.ts';

export const closedPeriods = defineModel(import.meta.url, {
  name: 'closed_periods',
  kind: 'view',
  reads: ['ledger.closes', 'seeds.periods'],
  fields: ['period', 'cutoff_at', 'posting_count', 'seal', 'days_to_close_count'],
  key: ['period'],
});
