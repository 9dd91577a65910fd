import { defineModel } from '../engine/model.ts';

export const intConsents = defineModel(import.meta.url, {
  name: 'int_consents',
  kind: 'step',
  reads: ['raw.consent_granted', 'raw.consent_revoked', 'steps.int_asset_owners'],
  fields: ['asset_id', 'reported_right', 'valid_from_at', 'valid_until_at'],
  key: ['asset_id', 'reported_right', 'valid_from_at'],
});
