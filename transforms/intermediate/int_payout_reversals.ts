import { defineModel } from '../engine/model.ts';

export const intPayoutReversals = defineModel(import.meta.url, {
  name: 'int_payout_reversals',
  kind: 'step',
  reads: [
    'tantieme.payouts',
    'stripe.transfer_reversals',
    'stripe.charges',
    'stripe.charge_coverage',
    'steps.int_first_reports',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.payouts', 'tantieme.payout_reversals'],
  fields: [
    'reversal_id_stripe',
    'payout_id?',
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
    'is_of_period',
    'exception_reason?',
  ],
  key: ['reversal_id_stripe'],
});
