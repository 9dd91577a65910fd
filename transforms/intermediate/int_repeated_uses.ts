import { defineModel } from '../engine/model.ts';

export const intRepeatedUses = defineModel(import.meta.url, {
  name: 'int_repeated_uses',
  kind: 'step',
  reads: ['raw.asset_used', 'ledger.fact_keys'],
  fields: [
    'use_id',
    'report_rank',
    'message_id',
    'asset_id?',
    'developer_id?',
    'reported_units?',
    'reported_right?',
    'occurred_at',
    'recorded_at',
    'was_booked',
  ],
  key: ['use_id', 'report_rank'],
});
