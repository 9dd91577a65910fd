import { defineModel } from '../engine/model.ts';

export const periodTotals = defineModel(import.meta.url, {
  name: 'period_totals',
  kind: 'period',
  books: true,
  reads: ['tantieme.int_revenue_movements', 'tantieme.statement_lines', 'tantieme.postings', 'seeds.currencies'],
  fields: [
    'period',
    'currency',
    'buyers_net_amount',
    'creators_amount',
    'platform_fee_amount',
    'refunds_amount',
    'rounding_amount',
    'residual_amount',
  ],
  key: ['period', 'currency'],
});
