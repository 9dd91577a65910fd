import { defineModel } from '../engine/model.ts';

export const stgRudderPayoutAccounts = defineModel(import.meta.url, {
  name: 'stg_rudder__payout_accounts',
  kind: 'view',
  reads: ['raw.creator_payout_account_updated'],
  fields: ['creator_id', 'account_id_stripe', 'account_status'],
  key: ['creator_id'],
});
