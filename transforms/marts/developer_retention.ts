import { defineModel } from '../engine/model.ts';

export const developerRetention = defineModel(import.meta.url, {
  name: 'developer_retention',
  kind: 'view',
  reads: ['tantieme.developer_spend', 'seeds.periods'],
  fields: ['period', 'developer_id', 'active_count', 'active_before_count'],
  key: ['period', 'developer_id'],
});
