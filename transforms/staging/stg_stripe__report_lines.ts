import { defineModel } from '../engine/model.ts';

export const stgStripeReportLines = defineModel(import.meta.url, {
  name: 'stg_stripe__report_lines',
  kind: 'view',
  reads: ['stripe.report_lines'],
  fields: [
    'report_name',
    'interval_from_on',
    'interval_until_on',
    'currency',
    'bridge_line',
    'bridge_category',
    'movement_count?',
    'gross_minor?',
    'fee_minor?',
    'net_minor',
  ],
  key: ['report_name', 'interval_from_on', 'interval_until_on', 'currency', 'bridge_line', 'bridge_category'],
});
