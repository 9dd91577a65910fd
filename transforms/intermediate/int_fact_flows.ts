import { defineModel } from '../engine/model.ts';

export const intFactFlows = defineModel(import.meta.url, {
  name: 'int_fact_flows',
  kind: 'inline',
  reads: [
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.usage_invoiced',
    'raw.license_refunded',
    'raw.dispute_opened',
    'raw.payout_sent',
    'raw.payout_reversed',
    'tantieme.stg_rudder__dispute_outcomes',
  ],
  fields: ['fact_id', 'flow_id?', 'occurred_at?', 'recorded_at', 'payout_period?'],
  key: ['fact_id'],
});
