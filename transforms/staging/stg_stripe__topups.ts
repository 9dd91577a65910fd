import { defineModel } from '../engine/model.ts';

export const stgStripeTopups = defineModel(import.meta.url, {
  name: 'stg_stripe__topups',
  kind: 'view',
  reads: ['stripe.topups'],
  fields: ['id_stripe', 'amount_minor', 'currency', 'status_stripe', 'balance_transaction_id_stripe?', 'created_at'],
  key: ['id_stripe'],
});
