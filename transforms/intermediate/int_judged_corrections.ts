import { defineModel } from '../engine/model.ts';

export const intJudgedCorrections = defineModel(import.meta.url, {
  name: 'int_judged_corrections',
  kind: 'step',
  reads: [
    'tantieme.stg_rudder__usage_invoices',
    'steps.int_corrections',
    'steps.int_first_reports',
    'steps.int_judged_reductions',
    'steps.int_reduced_sales',
    'steps.int_corrected_uses',
    'steps.int_use_reversals',
    'steps.int_balance_adjustments',
  ],
  fields: ['correction_id', 'occurred_at', 'recorded_at', 'suspended_period?', 'exception_reason?'],
  key: ['correction_id'],
});
