import { defineModel } from '../engine/model.ts';

export const intStripeFlows = defineModel(import.meta.url, {
  name: 'int_stripe_flows',
  kind: 'view',
  reads: ['tantieme.stg_stripe__balance_transactions', 'tantieme.stg_stripe__transfers'],
  fields: [
    'flow_id',
    'flow_kind',
    'period',
    'currency',
    'stripe_minor',
    'reversed_minor?',
    'destination_account_id_stripe?',
  ],
  key: ['flow_id'],
});
