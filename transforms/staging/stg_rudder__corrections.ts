import { defineModel } from '../engine/model.ts';

export const stgRudderCorrections = defineModel(import.meta.url, {
  name: 'stg_rudder__corrections',
  kind: 'view',
  reads: [
    'raw.correction_approved',
    'raw.refund_failed',
    'raw.charge_failed',
    'raw.dispute_reopened',
    'raw.dispute_reversed',
  ],
  fields: [
    'correction_id',
    'report_kind?',
    'corrected_kind?',
    'corrected_id?',
    'is_partial',
    'voided_units?',
    'adjustment_amount?',
    'currency?',
    'replaced_by_id?',
    'correction_reason?',
    'reference?',
    'proposed_by?',
    'decided_by?',
    'message_id',
    'occurred_at',
    'recorded_at',
  ],
  key: ['correction_id'],
});
