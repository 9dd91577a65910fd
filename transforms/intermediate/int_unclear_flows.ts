import { defineModel } from '../engine/model.ts';

export const intUnclearFlows = defineModel(import.meta.url, {
  name: 'int_unclear_flows',
  kind: 'step',
  reads: ['steps.int_ledger_movements', 'steps.int_known_movements', 'seeds.stripe_fee_limits'],
  fields: ['flow_id'],
  key: ['flow_id'],
});
