import { defineModel } from '../engine/model.ts';

export const flaggedFacts = defineModel(import.meta.url, {
  name: 'flagged_facts',
  kind: 'period',
  books: true,
  reads: [
    'steps.int_sales',
    'steps.int_doubtful_sales',
    'steps.int_voided_facts',
    'steps.int_first_reports',
    'steps.int_reports',
  ],
  readsPrevious: ['tantieme.flagged_facts'],
  fields: [
    'period',
    'fact_kind',
    'fact_id',
    'exception_reason',
    'flagged_period',
    'asset_id?',
    'developer_id?',
    'sale_id?',
    'flagged_amount?',
    'currency?',
    'message_id?',
    'other_message_id?',
    'other_amount?',
    'other_currency?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['period', 'fact_kind', 'fact_id', 'exception_reason'],
});
