import { defineModel } from '../engine/model.ts';

export const developerSpend = defineModel(import.meta.url, {
  name: 'developer_spend',
  kind: 'view',
  reads: ['tantieme.postings'],
  fields: ['period', 'developer_id', 'currency', 'sale_count', 'sold_amount', 'spent_amount'],
  key: ['period', 'developer_id', 'currency'],
});
