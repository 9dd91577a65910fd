import type { TaxForm, TaxProfile } from '../../../ingest/tax/forms.ts';

/** When the creators below signed. */
const signature = {
  name: 'Ada Example',
  capacity: 'self',
  signed_at: '2026-01-15T10:00:00Z',
  statement: 'Under penalties of perjury, I certify that …',
  statement_version: 'rev. 3',
};

const signatureOfW8 = { ...signature, has_capacity_to_sign: true } as const;

const address = { street: 'Hauptstr. 1', city: 'Berlin', postal_code: '10115', country: 'DE' };

/** A complete and valid profile of each form; its numbers have the right form and belong to nobody. */
export const PROFILES: { readonly [F in TaxForm]: Extract<TaxProfile, { form: F }> } = {
  w9: {
    form: 'w9',
    name: 'Ada Example',
    classification: 'individual',
    address: { street: '1 Main St', city: 'Springfield', region: 'IL', postal_code: '62701', country: 'US' },
    tin: { type: 'ssn', value: '536-90-4399' },
    is_subject_to_backup_withholding: false,
    signature,
  },
  w8ben: {
    form: 'w8ben',
    name: 'Ben Beispiel',
    citizenship: 'DE',
    residence_address: address,
    foreign_tin: { country: 'DE', value: '36574261809' },
    birth_on: '1980-05-17',
    treaty_claim: { country: 'DE', article: '12(1)', rate_bps: 0, income_type: 'royalties (copyright)' },
    signature: signatureOfW8,
  },
  w8bene: {
    form: 'w8bene',
    name: 'Beispiel GmbH',
    incorporation_country: 'DE',
    chapter_3_status: 'corporation',
    chapter_4_status: 'active_nffe',
    residence_address: address,
    us_tin: { type: 'ein', value: '91-1144442' },
    treaty_claim: {
      country: 'DE',
      article: '12(1)',
      rate_bps: 0,
      income_type: 'royalties (copyright)',
      limitation_on_benefits: 'active_trade_or_business_test',
    },
    signature: { ...signatureOfW8, capacity: 'director' },
  },
  dac7_person: {
    form: 'dac7_person',
    first_name: 'Ben',
    last_name: 'Beispiel',
    birth_on: '1980-05-17',
    residence_country: 'DE',
    tins: [{ country: 'DE', value: '36574261809' }],
    address,
    vat_id: 'DE136695976',
    financial_account: { type: 'iban', identifier: 'DE89370400440532013000' },
  },
  dac7_entity: {
    form: 'dac7_entity',
    legal_name: 'Exemple SARL',
    registration_number: '303265045',
    establishment_countries: ['BE'],
    residence_country: 'FR',
    tins: [{ country: 'FR', value: '303265045' }],
    address: { ...address, country: 'FR' },
    vat_id: 'FR40303265045',
  },
  vat: { form: 'vat', name: 'Beispiel GmbH', address, country: 'DE', vat_id: 'DE136695976' },
};

/** The day on which they are checked. */
export const TODAY = Date.parse('2026-02-02T06:00:00Z');
