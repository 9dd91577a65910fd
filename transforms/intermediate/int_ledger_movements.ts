import { defineModel } from '../engine/model.ts';
import { UNCLEAR_FACTS } from './unclear.ts';

/** The columns of the step and of what of it is not clear. */
export const LEDGER_MOVEMENT_FIELDS = [
  'flow_id',
  'cash_movement',
  'reversal_month?',
  'flow_kind',
  'ledger_period',
  'last_ledger_period',
  'currency',
  'is_one_currency',
  'ledger_minor',
  'least_minor',
  'flow_count',
  'account_id_stripe',
] as const;

export const intLedgerMovements = defineModel(import.meta.url, {
  name: 'int_ledger_movements',
  kind: 'step',
  reads: [
    'tantieme.stg_rudder__sales',
    'tantieme.stg_rudder__refunds',
    'tantieme.stg_rudder__disputes',
    'tantieme.stg_rudder__dispute_outcomes',
    'tantieme.stg_rudder__payouts',
    'tantieme.stg_rudder__payout_reversals',
    'tantieme.stg_stripe__transfer_reversals',
    'tantieme.stg_rudder__usage_invoices',
    'tantieme.int_open_periods',
    'steps.int_known_corrections',
    'seeds.currencies',
  ],
  within: UNCLEAR_FACTS,
  fields: LEDGER_MOVEMENT_FIELDS,
  key: ['flow_id', 'cash_movement', 'reversal_month'],
});
