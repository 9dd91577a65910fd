import { defineModel } from '../engine/model.ts';

export const breaks = defineModel(import.meta.url, {
  name: 'breaks',
  kind: 'period',
  reads: ['tantieme.int_matches'],
  fields: ['period', 'flow_id', 'flow_kind', 'break_class', 'currency', 'ledger_minor?', 'stripe_minor?'],
  key: ['period', 'flow_id'],
});
