import { defineEvent } from './event.ts';

export const taxStatusChanged = defineEvent({
  name: 'Tax Status Changed',
  version: 1,
  meaning:
    'A creator has given a tax form of the United States, or it was erased, or backup withholding was set. Names and numbers are not in it.',
  subject: 'creator_id',
  sentBy: 'internal',
  properties: [
    'creator_id',
    'tax_form',
    'tax_classification?',
    'tax_country?',
    'has_tin',
    'treaty_country?',
    'treaty_rate_bps?',
    'treaty_article?',
    'exempt_code?',
    'tax_valid_from_at?',
    'tax_valid_until_at?',
    'backup_withholding',
  ],
});
