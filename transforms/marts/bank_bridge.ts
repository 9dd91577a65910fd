import { defineModel } from '../engine/model.ts';

export const bankBridge = defineModel(import.meta.url, {
  name: 'bank_bridge',
  kind: 'period',
  reads: [
    'tantieme.stg_rudder__bank_statements',
    'tantieme.stg_rudder__bank_entries',
    'tantieme.stg_rudder__payouts',
    'tantieme.stg_rudder__payout_reversals',
    'ledger.closes',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.postings', 'tantieme.payouts', 'tantieme.payout_reversals'],
  fields: ['period', 'currency', 'statement_minor', 'booked_minor', 'in_transit_minor', 'residual_minor'],
  key: ['period', 'currency'],
});
