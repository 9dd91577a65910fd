import { describe, expect, test } from 'vitest';
import { faultsOf, requireProfile } from '../../../ingest/tax/check-profile.ts';
import { TAX_FORMS, type TaxForm } from '../../../ingest/tax/forms.ts';
import { factsOf } from '../../../ingest/tax/tax-facts.ts';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { PROFILES, TODAY } from './profiles.ts';

test.each(TAX_FORMS)('a complete %s has no fault', (form) => {
  expect(faultsOf(PROFILES[form], TODAY)).toEqual([]);
});

const changed = (form: TaxForm, change: object): object => ({ ...PROFILES[form], ...change });
const { address, signature } = PROFILES.w9;
const { treaty_claim: claim } = PROFILES.w8ben;

test.each<[string, TaxForm, object, readonly string[]]>([
  [
    'a missing name beside an impossible number',
    'w9',
    { name: undefined, tin: { type: 'ssn', value: '000-12-3456' } },
    ['name is missing', 'tin.value cannot be an SSN'],
  ],
  [
    'an address without its town, a day of birth to come, and a treaty of another country',
    'w8ben',
    {
      residence_address: { ...PROFILES.w8ben.residence_address, city: undefined },
      birth_on: '2999-01-01',
      treaty_claim: { ...claim, country: 'FR' },
    },
    ['residence_address.city is missing', 'birth_on must be in the past', 'treaty_claim.country must be the country'],
  ],
  [
    'what depends on a field that is missing, not before it is there',
    'w9',
    { classification: undefined, exempt_payee_code: '5' },
    ['classification is missing'],
  ],
])('all at once: %s', (_, form, change, wanted) => {
  const found = faultsOf(changed(form, change), TODAY).map(({ field, fault }) => `${field} ${fault}`);
  expect(found).toHaveLength(wanted.length);
  for (const [index, each] of wanted.entries()) expect(found[index]).toContain(each);
});

test('of an unknown field, nothing that is in it', () => {
  const nested = { country: 'QQ', tins: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) };
  expect(faultsOf(changed('w9', { nested }), TODAY)).toEqual([{ field: 'nested', fault: 'is unknown; leave it out' }]);
});

describe('what is wrong is said with its field, and without its value', () => {
  test.each<[string, TaxForm, object, string]>([
    [
      'an SSN that was never issued',
      'w9',
      { tin: { type: 'ssn', value: '000-12-3456' } },
      'tin.value cannot be an SSN',
    ],
    ['an SSN that is an ITIN', 'w9', { tin: { type: 'ssn', value: '912-70-1234' } }, 'tin.value cannot be an SSN'],
    [
      'an ITIN of a group in between',
      'w9',
      { tin: { type: 'itin', value: '912-93-1234' } },
      'tin.value cannot be an ITIN',
    ],
    [
      'an EIN written as an SSN',
      'w9',
      { tin: { type: 'ein', value: '912-70-1234' } },
      'tin.value is not an EIN; write',
    ],
    ['a TIN of another type', 'w9', { tin: { type: 'nino', value: 'x' } }, 'tin.type must be one of ssn, itin, ein'],
    ['a corporation with an SSN', 'w9', { classification: 'c_corporation' }, 'tin.type must be ein for'],
    [
      'an LLC that is not classed',
      'w9',
      { classification: 'llc', tin: { type: 'ein', value: '91-1144442' } },
      'llc_classification belongs to an LLC',
    ],
    ['a name that is blank', 'w9', { name: ' \u3000' }, 'name must be one line of text, not blank'],
    ['a name with a control character', 'w9', { name: 'Ada\u0007' }, 'name must be one line of text, not blank'],
    ['a town of two lines', 'w9', { address: { ...address, city: 'A\nB' } }, 'address.city must be one line of text'],
    ['half of a character', 'dac7_person', { last_name: 'A\ud83d' }, 'last_name must be one line of text'],
    ['a name that is too long', 'vat', { name: 'A'.repeat(201) }, 'name must have at most 200 characters'],
    [
      'a blank statement',
      'w9',
      { signature: { ...signature, statement: '\n ' } },
      'signature.statement must not be blank',
    ],
    ['no TIN', 'w9', { tin: undefined }, 'tin is needed, or is_tin_applied_for'],
    ['a TIN and an application', 'w9', { is_tin_applied_for: true }, 'tin is needed, or is_tin_applied_for'],
    ['an exempt payee code of 14', 'w9', { exempt_payee_code: '14' }, 'exempt_payee_code must be written like 5'],
    [
      'an exempt payee code of a person',
      'w9',
      { exempt_payee_code: '5' },
      'exempt_payee_code is not for the classification individual',
    ],
    [
      'an exempt payee code of an S corporation',
      'w9',
      { classification: 's_corporation', exempt_payee_code: '5', tin: { type: 'ein', value: '91-1144442' } },
      'exempt_payee_code is not for the classification s_corporation',
    ],
    [
      'a FATCA code of a person',
      'w9',
      { fatca_exemption_code: 'A' },
      'fatca_exemption_code is not for the classification individual',
    ],
    [
      'foreign partners of a person',
      'w9',
      { has_foreign_partners: true },
      'has_foreign_partners belongs to a partnership, a trust or estate',
    ],
    ['a W-8 without the box of capacity', 'w8ben', { signature }, 'signature.has_capacity_to_sign is missing'],
    ['a country that is none', 'w9', { address: { ...address, country: 'XX' } }, 'address.country is not a country'],
    ['a typed name', 'w9', { signature: { ...signature, capacity: undefined } }, 'signature.capacity is missing'],
    [
      'a signature of tomorrow',
      'w9',
      { signature: { ...signature, signed_at: '2026-02-03T10:00:00Z' } },
      'signature.signed_at must not be in the future',
    ],
    [
      'a signature of the 30th of February',
      'w9',
      { signature: { ...signature, signed_at: '2025-02-30T10:00:00Z' } },
      'signature.signed_at is not an instant of the calendar',
    ],
    [
      'a W-8 of four years ago',
      'w8ben',
      { signature: { ...PROFILES.w8ben.signature, signed_at: '2022-12-31T10:00:00Z' } },
      'signature.signed_at is too old: the form expired on 2025-12-31',
    ],
    ['a citizen of the United States', 'w8ben', { citizenship: 'US' }, 'citizenship is the United States'],
    ['a claim without a TIN', 'w8ben', { foreign_tin: undefined }, 'treaty_claim needs a US TIN or a foreign TIN'],
    [
      'a claim of 30 %',
      'w8ben',
      { treaty_claim: { ...claim, rate_bps: 3000 } },
      'treaty_claim.rate_bps must be <= 2999',
    ],
    [
      'a claim by another country',
      'w8ben',
      { treaty_claim: { ...claim, country: 'FR' } },
      'treaty_claim.country must be the country of residence',
    ],
    [
      'a German TIN with a wrong check digit',
      'w8ben',
      { foreign_tin: { country: 'DE', value: '36574261808' } },
      'foreign_tin.value is not a TIN of DE',
    ],
    ['a birth tomorrow', 'w8ben', { birth_on: '2026-02-03' }, 'birth_on must be in the past'],
    ['a birth on no day', 'w8ben', { birth_on: '1990-02-30' }, 'birth_on is not a day of the calendar'],
    [
      'a partnership without a treaty claim',
      'w8bene',
      { chapter_3_status: 'partnership', treaty_claim: undefined },
      'chapter_3_status needs a treaty claim, as partnership',
    ],
    [
      'an entity that claims without a limitation on benefits',
      'w8bene',
      { treaty_claim: claim },
      'treaty_claim.limitation_on_benefits is missing',
    ],
    ['an FFI without a GIIN', 'w8bene', { chapter_4_status: 'participating_ffi' }, 'giin is needed'],
    [
      'an IBAN with wrong check digits',
      'dac7_person',
      { financial_account: { type: 'iban', identifier: 'DE88370400440532013000' } },
      'financial_account.identifier is not an IBAN',
    ],
    ['neither a TIN nor a place of birth', 'dac7_person', { tins: [] }, 'birth_place is needed'],
    [
      'an establishment nowhere',
      'dac7_entity',
      { establishment_countries: ['ZZ'] },
      'establishment_countries.0 is not a country',
    ],
    ['a VAT id with a wrong check digit', 'vat', { vat_id: 'DE136695977' }, 'vat_id is not a VAT id of DE'],
    ['a field that no form has', 'vat', { vat_no: '1' }, 'vat_no is unknown; leave it out'],
    ['no form', 'vat', { form: 'w10' }, 'form must be one of w9, w8ben'],
  ])('%s', (_, form, change, sentence) => {
    const found = faultsOf(JSON.parse(JSON.stringify(changed(form, change))), TODAY);
    expect(found.map(({ field, fault }) => `${field} ${fault}`)).toEqual([expect.stringContaining(sentence)]);
  });

  test('all faults are said at once, each with the creator', () => {
    const given = changed('w9', { tin: { type: 'ssn', value: '666-12-3456' }, address: { ...address, country: 'ZZ' } });
    const said = (() => {
      try {
        requireProfile('cr_ada', given, TODAY);
      } catch (error) {
        expect(error).toBeInstanceOf(Rejected);
        return messageOf(error);
      }
      throw new Error('It was accepted.');
    })();
    expect(said.split('\n')).toEqual([
      'The tax profile of cr_ada cannot be stored; correct what follows and send it again:',
      expect.stringMatching(/^ {2}address\.country of cr_ada is not a country/),
      expect.stringMatching(/^ {2}tin\.value of cr_ada cannot be an SSN/),
    ]);
    expect(said).not.toContain('3456');
  });
});

test.each([
  ['Greece', { country: 'GR', vat_id: 'EL094259216' }],
  ['Northern Ireland', { country: 'GB', vat_id: 'XI980780684' }],
  ['Norway', { country: 'NO', vat_id: 'NO995525828MVA' }],
  ['Switzerland', { country: 'CH', vat_id: 'CHE-107.787.577 IVA' }],
  ['a country whose ids are not known', { country: 'BR', vat_id: 'any text' }],
])('a VAT id of %s is taken as it is written there', (_, vat) => {
  expect(faultsOf(changed('vat', vat), TODAY)).toEqual([]);
});

test('a W-8 counts to the end of the third following year, a W-9 for ever', () => {
  const until = (form: TaxForm) => factsOf(PROFILES[form]).valid_until_on;
  expect([until('w8ben'), until('w8bene'), until('w9'), until('vat')]).toEqual([
    '2029-12-31',
    '2029-12-31',
    null,
    null,
  ]);
});

test('the facts are what withholding depends on, without names and numbers', () => {
  expect(factsOf(PROFILES.w8ben)).toEqual({
    tax_form: 'w8ben',
    tax_classification: 'individual',
    tax_country: 'DE',
    has_tin: true,
    treaty_country: 'DE',
    treaty_rate_bps: 0,
    treaty_article: '12(1)',
    treaty_income_type: 'royalties (copyright)',
    exempt_code: null,
    is_subject_to_backup_withholding: false,
    signed_on: '2026-01-15',
    valid_until_on: '2029-12-31',
  });
  const llc = { classification: 'llc', llc_classification: 's_corporation' } as const;
  expect(factsOf({ ...PROFILES.w9, ...llc, tin: { type: 'ein', value: '911144442' } })).toMatchObject({
    tax_classification: 'corporation',
    tax_country: 'US',
    treaty_country: null,
  });
});
