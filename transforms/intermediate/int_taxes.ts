import { defineModel } from '../engine/model.ts';

export const intTaxes = defineModel(import.meta.url, {
  name: 'int_taxes',
  kind: 'step',
  reads: [
    'steps.int_movements',
    'steps.int_first_reports',
    'steps.int_judged_reductions',
    'steps.int_voided_facts',
    'steps.int_corrections',
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.license_refunded',
    'raw.dispute_opened',
    'raw.dispute_closed',
    'raw.usage_invoiced',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.postings'],
  fields: ['journal_id', 'journal_on', 'source_reference', 'account', 'account_owner_id', 'currency', 'amount'],
  key: ['journal_id', 'account'],
});
