import { defineModel } from '../engine/model.ts';

export const stgStripeConnectedBalances = defineModel(import.meta.url, {
  name: 'stg_stripe__connected_balances',
  kind: 'view',
  reads: ['stripe.connected_balances'],
  fields: ['account_id_stripe', 'currency', 'available_minor', 'pending_minor', 'pulled_at'],
  key: ['account_id_stripe', 'currency'],
});
