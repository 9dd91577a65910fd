import { defineModel } from '../engine/model.ts';

export const stgRudderRefunds = defineModel(import.meta.url, {
  name: 'stg_rudder__refunds',
  kind: 'view',
  reads: ['raw.license_refunded'],
  fields: [
    'refund_id',
    'sale_id',
    'amount?',
    'tax_amount?',
    'currency',
    'refund_id_stripe',
    'occurred_at',
    'recorded_at',
  ],
  key: ['refund_id'],
});
