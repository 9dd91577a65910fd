import { defineModel } from '../engine/model.ts';

export const stgStripeAccounts = defineModel(import.meta.url, {
  name: 'stg_stripe__accounts',
  kind: 'view',
  reads: ['stripe.accounts'],
  fields: [
    'id_stripe',
    'country?',
    'transfers_status?',
    'is_payable?',
    'is_submitted?',
    'disabled_reason?',
    'currently_due?',
    'past_due?',
    'pending_verification?',
    'requirements_due_at?',
    'named_creator_id?',
    'is_deleted',
  ],
  key: ['id_stripe'],
});
