import { defineModel } from '../engine/model.ts';

export const intIncomeSources = defineModel(import.meta.url, {
  name: 'int_income_sources',
  kind: 'step',
  reads: [
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'tantieme.stg_rudder__developers',
    'steps.int_movements',
    'steps.int_tax_settings',
    'steps.int_usage_elsewhere',
  ],
  fields: ['movement_number', 'payer_source_ppm'],
  key: ['movement_number'],
});
