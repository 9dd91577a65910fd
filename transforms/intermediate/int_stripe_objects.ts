import { defineModel } from '../engine/model.ts';

export const intStripeObjects = defineModel(import.meta.url, {
  name: 'int_stripe_objects',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__charges',
    'tantieme.stg_stripe__refunds',
    'tantieme.stg_stripe__disputes',
    'tantieme.stg_stripe__transfers',
    'tantieme.stg_stripe__transfer_reversals',
    'tantieme.stg_stripe__application_fee_refunds',
    'tantieme.stg_stripe__payouts',
    'tantieme.stg_stripe__topups',
  ],
  fields: [
    'object_kind',
    'id_stripe',
    'flow_kind',
    'flow_id',
    'amount_minor',
    'uncaptured_minor',
    'currency',
    'status_stripe?',
    'is_in_progress',
    'charge_id_stripe?',
    'account_id_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
  ],
  key: ['id_stripe'],
});
