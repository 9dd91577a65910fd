import { defineModel } from '../engine/model.ts';

export const stgRudderBankEntries = defineModel(import.meta.url, {
  name: 'stg_rudder__bank_entries',
  kind: 'view',
  reads: ['raw.bank_entry_recorded'],
  fields: [
    'bank_entry_id',
    'bank_entry_kind',
    'bank_amount?',
    'currency',
    'creator_id?',
    'payout_id?',
    'detail',
    'occurred_at',
    'recorded_at',
  ],
  key: ['bank_entry_id'],
});
