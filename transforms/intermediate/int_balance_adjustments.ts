import { defineModel } from '../engine/model.ts';

export const intBalanceAdjustments = defineModel(import.meta.url, {
  name: 'int_balance_adjustments',
  kind: 'step',
  reads: ['steps.int_corrections', 'tantieme.stg_rudder__creators', 'seeds.currencies'],
  readsPrevious: ['tantieme.balances'],
  fields: ['correction_id', 'creator_id', 'currency?', 'adjustment_amount?', 'occurred_at', 'exception_reason?'],
  key: ['correction_id'],
});
