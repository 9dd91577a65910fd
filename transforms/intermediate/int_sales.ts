import { defineModel } from '../engine/model.ts';

export const intSales = defineModel(import.meta.url, {
  name: 'int_sales',
  kind: 'step',
  reads: [
    'steps.int_first_reports',
    'steps.int_rates',
    'steps.int_consents',
    'steps.int_doubtful_sales',
    'raw.subscription_started',
    'seeds.consent_policy',
    'seeds.currencies',
  ],
  fields: [
    'sale_id',
    'license_type',
    'asset_id?',
    'developer_id?',
    'amount?',
    'currency?',
    'occurred_at',
    'recorded_at',
    'earned_period',
    'suspended_period?',
    'terms_id?',
    'fee_bps?',
    'exception_reason?',
  ],
  key: ['sale_id'],
});
