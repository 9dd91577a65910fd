import { defineModel } from '../engine/model.ts';

export const intDoubtfulSales = defineModel(import.meta.url, {
  name: 'int_doubtful_sales',
  kind: 'step',
  reads: [
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.usage_invoiced',
    'stripe.charges',
    'stripe.charge_coverage',
    'steps.int_first_reports',
    'steps.int_voided_facts',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.flagged_facts'],
  fields: ['sale_id', 'exception_reason', 'is_suspended'],
  key: ['sale_id'],
});
