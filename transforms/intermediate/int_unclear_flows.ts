import { defineModel } from '../engine/model.ts';

export const intUnclearFlows = defineModel(import.meta.url, {
  name: 'int_unclear_flows',
  kind: 'step',
  reads: ['steps.int_compared_flows'],
  fields: ['flow_id'],
  key: ['flow_id'],
});
