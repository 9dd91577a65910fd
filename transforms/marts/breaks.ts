import { defineModel } from '../engine/model.ts';

export const breaks = defineModel(import.meta.url, {
  name: 'breaks',
  kind: 'period',
  reads: [
    'steps.int_matches',
    'tantieme.stripe_bridge',
    'tantieme.bank_bridge',
    'tantieme.stg_rudder__bank_entries',
    'tantieme.stg_rudder__payout_reversals',
    'seeds.currencies',
  ],
  fields: [
    'period',
    'break_id',
    'break_class',
    'flow_id',
    'flow_kind',
    'cash_movement',
    'currency',
    'ledger_minor?',
    'stripe_minor?',
    'stripe_currency?',
    'settled_currency?',
    'settled_minor?',
    'fee_minor?',
    'stripe_period?',
    'account_id_stripe?',
    'description_stripe?',
    'created_at?',
  ],
  key: ['period', 'break_id'],
});
