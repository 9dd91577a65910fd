import { defineModel } from '../engine/model.ts';

export const intTerms = defineModel(import.meta.url, {
  name: 'int_terms',
  kind: 'step',
  reads: [
    'tantieme.stg_rudder__asset_terms',
    'raw.asset_withdrawn',
    'steps.int_asset_owners',
    'steps.int_consents',
    'seeds.consent_policy',
    'seeds.currencies',
  ],
  fields: [
    'terms_number',
    'terms_id',
    'asset_id?',
    'license_type?',
    'rate?',
    'currency?',
    'splits?',
    'recorded_at',
    'valid_from_at',
    'valid_until_at',
    'withdrawn_at?',
    'consents_needed_from_at?',
    'exception_reason?',
  ],
  key: ['terms_id'],
});
