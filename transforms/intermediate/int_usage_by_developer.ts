import { defineModel } from '../engine/model.ts';

export const intUsageByDeveloper = defineModel(import.meta.url, {
  name: 'int_usage_by_developer',
  kind: 'step',
  reads: ['steps.int_uses'],
  fields: ['developer_id', 'currency', 'earned_period', 'amount'],
  key: ['developer_id', 'currency', 'earned_period'],
});
