import { defineModel } from '../engine/model.ts';

export const reconciliations = defineModel(import.meta.url, {
  name: 'reconciliations',
  kind: 'period',
  reads: ['steps.int_matches', 'steps.int_compared_flows'],
  fields: [
    'period',
    'currency',
    'flow_kind',
    'match_status',
    'settled_currency?',
    'flow_count',
    'ledger_minor',
    'stripe_minor',
    'settled_minor?',
  ],
  key: ['period', 'currency', 'flow_kind', 'match_status', 'settled_currency'],
});
