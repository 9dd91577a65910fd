import { defineModel } from '../engine/model.ts';

export const intMatches = defineModel(import.meta.url, {
  name: 'int_matches',
  kind: 'view',
  reads: ['tantieme.int_ledger_flows', 'tantieme.int_stripe_flows'],
  fields: ['flow_id', 'flow_kind', 'period', 'currency', 'ledger_minor?', 'stripe_minor?', 'match_status'],
  key: ['flow_id'],
});
