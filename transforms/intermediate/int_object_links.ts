import { defineModel } from '../engine/model.ts';

export const intObjectLinks = defineModel(import.meta.url, {
  name: 'int_object_links',
  kind: 'inline',
  reads: [
    'stripe.charges',
    'stripe.refunds',
    'stripe.disputes',
    'stripe.transfers',
    'stripe.application_fee_refunds',
    'stripe.transfer_reversals',
    'stripe.payouts',
    'stripe.topups',
  ],
  fields: ['id_stripe', 'whole_id_stripe?', 'balance_transaction_id_stripe?', 'failure_balance_transaction_id_stripe?'],
  key: ['id_stripe'],
});
