import { defineModel } from '../engine/model.ts';

export const stgRudderTaxStatuses = defineModel(import.meta.url, {
  name: 'stg_rudder__tax_statuses',
  kind: 'view',
  reads: ['raw.tax_status_changed'],
  fields: [
    'creator_id',
    'tax_form',
    'tax_classification?',
    'tax_country?',
    'has_tin',
    'treaty_country?',
    'treaty_bps?',
    'treaty_article?',
    'exempt_code?',
    'valid_from_on?',
    'valid_until_on?',
    'backup_withholding',
    'occurred_at',
    'recorded_at',
  ],
  key: ['creator_id', 'occurred_at'],
});
