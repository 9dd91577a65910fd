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
  checks: [
    {
      holds: 'What buyers paid is what creators, the platform and the carried fractions got.',
      failures: `select period, currency, residual_amount from tantieme.period_totals where residual_amount <> 0`,
      hasPeriod: true,
    },
  ],
});
