import { defineModel } from '../engine/model.ts';

export const exceptions = defineModel(import.meta.url, {
  name: 'exceptions',
  kind: 'view',
  reads: ['tantieme.suspended_facts', 'tantieme.flagged_facts'],
  fields: [
    'period',
    'exception_id',
    'fact_kind',
    'exception_reason',
    'fact_count',
    'suspended_period',
    'suspended_amount?',
    'flagged_amount?',
    'currency?',
    'units?',
    'asset_id?',
    'sale_id?',
    'developer_id?',
    'creator_id?',
    'first_occurred_at',
    'first_recorded_at',
    'facts_digest',
  ],
  key: ['period', 'exception_id'],
});
