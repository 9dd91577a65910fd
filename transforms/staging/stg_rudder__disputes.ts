import { defineModel } from '../engine/model.ts';

export const stgRudderDisputes = defineModel(import.meta.url, {
  name: 'stg_rudder__disputes',
  kind: 'view',
  reads: ['raw.dispute_opened'],
  fields: [
    'dispute_id',
    'sale_id',
    'amount?',
    'tax_amount?',
    'currency',
    'dispute_id_stripe',
    'occurred_at',
    'recorded_at',
  ],
  key: ['dispute_id'],
});
