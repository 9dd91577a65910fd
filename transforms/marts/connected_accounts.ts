import { defineModel } from '../engine/model.ts';

export const connectedAccounts = defineModel(import.meta.url, {
  name: 'connected_accounts',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__accounts',
    'tantieme.stg_stripe__connected_payouts',
    'tantieme.stg_stripe__external_accounts',
    'tantieme.stg_rudder__payout_accounts',
  ],
  fields: [
    'account_id_stripe',
    'creator_id?',
    'country?',
    'is_deleted',
    'transfers_status?',
    'is_payable?',
    'is_submitted?',
    'disabled_reason?',
    'currently_due?',
    'past_due?',
    'requirements_due_at?',
    'last_payout_id_stripe?',
    'last_payout_status?',
    'last_payout_minor?',
    'last_payout_currency?',
    'arrives_at?',
    'failed_payout_id_stripe?',
    'failure_code?',
    'errored_external_account_id_stripe?',
  ],
  key: ['account_id_stripe'],
});
