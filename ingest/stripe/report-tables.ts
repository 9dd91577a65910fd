import { defineTable } from '../../warehouse/vocabulary/tables.ts';

export const reportLines = defineTable({
  name: 'stripe.report_lines',
  meaning:
    "One row per line of a report of Stripe's that was imported, with the signs of the report: fees are negative. Of several imports of a report for an interval, the last one applies.",
  fields: [
    'report_name',
    'interval_from_on',
    'interval_until_on',
    'line_number',
    'bridge_line?',
    'bridge_category?',
    'currency',
    'movement_count?',
    'gross_minor?',
    'fee_minor?',
    'net_minor',
    'line_stripe',
    'recorded_at',
  ],
  key: ['report_name', 'interval_from_on', 'interval_until_on', 'line_number', 'recorded_at'],
});
