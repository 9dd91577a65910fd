import { defineModel } from '../engine/model.ts';

export const stgStripeDisputes = defineModel(import.meta.url, {
  name: 'stg_stripe__disputes',
  kind: 'view',
  reads: ['stripe.disputes'],
  fields: ['id_stripe', 'charge_id_stripe', 'amount_minor', 'currency', 'status_stripe', 'created_at'],
  key: ['id_stripe'],
});
