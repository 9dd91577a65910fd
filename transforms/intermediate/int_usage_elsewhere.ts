import { defineModel } from '../engine/model.ts';

export const intUsageElsewhere = defineModel(import.meta.url, {
  name: 'int_usage_elsewhere',
  kind: 'step',
  reads: ['steps.int_developers_elsewhere', 'steps.int_uses', 'steps.int_terms'],
  fields: ['payer_country', 'terms_id', 'fee_bps', 'earned_period', 'elsewhere_amount'],
  key: ['payer_country', 'terms_id', 'fee_bps', 'earned_period'],
});
