import { defineModel } from '../engine/model.ts';

export const intFirstReports = defineModel(import.meta.url, {
  name: 'int_first_reports',
  kind: 'step',
  reads: ['steps.int_voided_facts', 'steps.int_reports'],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'fact_kind',
    'fact_id',
    'sale_id?',
    'license_type?',
    'asset_id?',
    'developer_id?',
    'creator_id?',
    'payout_period?',
    'amount?',
    'currency?',
    'dispute_outcome?',
    'account_id_stripe?',
    'transfer_id_stripe?',
    'occurred_at?',
    'recorded_at',
    'suspended_period?',
    'is_due',
    'is_of_period',
  ],
  key: ['fact_kind', 'fact_id'],
});
