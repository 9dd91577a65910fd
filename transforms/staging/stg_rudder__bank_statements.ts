import { defineModel } from '../engine/model.ts';

export const stgRudderBankStatements = defineModel(import.meta.url, {
  name: 'stg_rudder__bank_statements',
  kind: 'view',
  reads: ['raw.bank_statement_recorded'],
  fields: [
    'bank_statement_id',
    'own_bank_account',
    'currency',
    'statement_opening_amount?',
    'statement_closing_amount?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['bank_statement_id'],
});
