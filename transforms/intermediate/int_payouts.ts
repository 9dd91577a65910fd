import { defineModel } from '../engine/model.ts';

export const intPayouts = defineModel(import.meta.url, {
  name: 'int_payouts',
  kind: 'step',
  reads: [
    'tantieme.stg_rudder__creators',
    'raw.payout_sent',
    'stripe.transfers',
    'stripe.charges',
    'stripe.application_fee_refunds',
    'stripe.charge_coverage',
    'steps.int_first_reports',
    'steps.int_allocations',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.balances'],
  fields: [
    'payout_id',
    'creator_id?',
    'payout_period?',
    'amount?',
    'currency?',
    'account_id_stripe?',
    'transfer_id_stripe?',
    'payout_rail?',
    'occurred_at',
    'recorded_at',
    'suspended_period?',
    'exception_reason?',
  ],
  key: ['payout_id'],
});
