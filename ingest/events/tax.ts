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
    'treaty_claim?',
    'treaty_article?',
    'exempt_code?',
    'tax_valid_from_at?',
    'tax_valid_until_at?',
    'backup_withholding',
  ],
});

export const taxSettingsChanged = defineEvent({
  name: 'Tax Settings Changed',
  version: 1,
  meaning:
    'Finance has set from when on tax is withheld of royalties that a payer owes, the main one if none is named: by the law of which country, and of creators without a valid form.',
  subject: 'decided_by',
  sentBy: 'internal',
  properties: ['payer_id?', 'payer_country', 'undocumented_treatment', 'valid_from_at', 'decided_by'],
});

export const creatorPayerAssigned = defineEvent({
  name: 'Creator Payer Assigned',
  version: 1,
  meaning: 'Finance has decided which of several payers a creator has, from the first day of a year on.',
  subject: 'creator_id',
  sentBy: 'internal',
  properties: ['creator_id', 'payer_id', 'payer_country', 'valid_from_at', 'decided_by'],
});
