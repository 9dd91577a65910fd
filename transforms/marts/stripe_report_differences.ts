import { defineModel } from '../engine/model.ts';

export const stripeReportDifferences = defineModel(import.meta.url, {
  name: 'stripe_report_differences',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__report_lines',
    'tantieme.stg_stripe__balance_transactions',
    'stripe.payouts',
    'seeds.stripe_categories',
  ],
  fields: [
    'report_name',
    'interval_from_on',
    'interval_until_on',
    'currency',
    'bridge_line',
    'bridge_category',
    'reported_count?',
    'movement_count',
    'reported_net_minor?',
    'net_minor',
    'count_difference?',
    'gross_difference_minor?',
    'fee_difference_minor?',
    'net_difference_minor',
  ],
  key: ['report_name', 'interval_from_on', 'interval_until_on', 'currency', 'bridge_line', 'bridge_category'],
});
