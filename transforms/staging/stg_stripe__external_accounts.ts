import { defineModel } from '../engine/model.ts';

export const stgStripeExternalAccounts = defineModel(import.meta.url, {
  name: 'stg_stripe__external_accounts',
  kind: 'view',
  reads: ['stripe.external_accounts'],
  fields: [
    'account_id_stripe',
    'id_stripe',
    'external_account_kind',
    'currency?',
    'country_stripe?',
    'status_stripe?',
    'is_default?',
  ],
  key: ['account_id_stripe', 'id_stripe'],
});
