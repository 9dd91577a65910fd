import { defineModel } from '../engine/model.ts';
import { LEDGER_MOVEMENT_FIELDS } from './int_ledger_movements.ts';

export const intUnclearLedgerMovements = defineModel(import.meta.url, {
  name: 'int_unclear_ledger_movements',
  kind: 'step',
  reads: ['steps.int_ledger_movements', 'steps.int_unclear_flows'],
  fields: LEDGER_MOVEMENT_FIELDS,
  key: ['flow_id', 'cash_movement', 'reversal_month'],
});
