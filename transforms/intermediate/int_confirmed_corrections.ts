import { defineModel } from '../engine/model.ts';

export const intConfirmedCorrections = defineModel(import.meta.url, {
  name: 'int_confirmed_corrections',
  kind: 'view',
  reads: [
    'tantieme.stg_rudder__corrections',
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.license_refunded',
    'raw.dispute_opened',
    'stripe.balance_transactions',
    'stripe.charges',
    'stripe.refunds',
    'seeds.stripe_categories',
    'ledger.closes',
  ],
  fields: [
    'correction_id',
    'corrected_kind?',
    'corrected_id?',
    'is_partial',
    'voided_units?',
    'adjustment_amount?',
    'currency?',
    'correction_reason?',
    'occurred_at',
    'recorded_at',
    'is_unconfirmed',
  ],
  key: ['correction_id'],
});
