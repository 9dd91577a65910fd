import { defineModel } from '../engine/model.ts';

export const periodTotals = defineModel(import.meta.url, {
  name: 'period_totals',
  kind: 'period',
  books: true,
  reads: [
    'steps.int_movements',
    'steps.int_usage_by_developer',
    'tantieme.suspended_facts',
    'tantieme.statement_lines',
    'tantieme.postings',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'period',
    'currency',
    'buyers_net_amount',
    'creators_amount',
    'platform_fee_amount',
    'refunds_amount',
    'rounding_amount',
    'suspense_amount',
    'residual_amount',
  ],
  key: ['period', 'currency'],
});
