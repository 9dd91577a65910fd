import { defineModel } from '../engine/model.ts';

export const intIncomeSources = defineModel(import.meta.url, {
  name: 'int_income_sources',
  kind: 'step',
  reads: [
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.developer_signed_up',
    'ledger.closes',
    'seeds.periods',
    'tantieme.stg_rudder__developers',
    'steps.int_movements',
    'steps.int_tax_settings',
    'steps.int_usage_elsewhere',
    'steps.int_earlier_credits',
  ],
  readsPrevious: ['tantieme.withholdings'],
  fields: ['movement_number', 'payer_country', 'credited_on', 'payer_source_ppm'],
  key: ['movement_number', 'credited_on', 'payer_country'],
});
