import { defineModel } from '../engine/model.ts';

export const connectedBalances = defineModel(import.meta.url, {
  name: 'connected_balances',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__connected_balances',
    'tantieme.stg_stripe__accounts',
    'tantieme.stg_rudder__payout_account_intervals',
  ],
  fields: ['account_id_stripe', 'creator_id?', 'currency', 'available_minor', 'pending_minor', 'pulled_at'],
  key: ['account_id_stripe', 'currency'],
});
