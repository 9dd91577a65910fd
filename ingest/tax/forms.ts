import { type Static, type TSchema, Type } from 'typebox';
import { LINE } from '../../warehouse/line-of-text.ts';
import {
  CHAPTER_3_STATUSES,
  CHAPTER_4_STATUSES,
  LIMITATIONS_ON_BENEFITS,
  LLC_CLASSES,
  W9_CLASSES,
} from './form-words.ts';

/**
 * What a creator declares for tax, by form: the IRS's W-9, W-8BEN and W-8BEN-E, seller data for DAC7, a VAT id. The schemas say which
 * fields there are; check-profile.ts adds the rules between fields and the forms of numbers.
 * Sources, line by line: irs.gov/pub/irs-pdf/fw9.pdf (Rev. March 2024), fw8ben.pdf and fw8bene.pdf (Rev. October 2021); Directive (EU) 2021/514, Annex V, section II.
 */

const only = <const P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { description, additionalProperties: false });

/** A text of several lines. */
export const NOT_BLANK = '\\S';

const text = (description: string, longest = 200) => Type.String({ pattern: LINE, maxLength: longest, description });
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

const Country = Type.String({ pattern: '^[A-Z]{2}$', examples: ['DE'], description: 'ISO 3166-1 alpha-2.' });
const Day = (description: string) =>
  Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['1990-12-31'], description });

const Address = only(
  {
    street: text('Street and number; no post office box.'),
    city: text('Town.'),
    region: optional(text('State or province.')),
    postal_code: optional(text('Postal code.', 20)),
    country: Country,
  },
  'An address.',
);

const SIGNED = {
  name: text('Who signed.'),
  capacity: text('As what: `self`, or `director`, `agent` and the like.', 100),
  signed_at: Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?Z$',
    examples: ['2026-01-31T12:00:00Z'],
    description: 'When: a UTC instant.',
  }),
  statement: Type.String({
    ...{ pattern: NOT_BLANK, maxLength: 10_000 },
    description:
      'The text that was signed, in full: for the forms of the IRS, the certification under penalties of perjury.',
  }),
  statement_version: text('The version of that text.', 100),
};

const Signature = only(
  SIGNED,
  'An electronic signature. A typed name alone is none: it says in which capacity, when, and what was signed.',
);

const SignatureOfW8 = only(
  {
    ...SIGNED,
    has_capacity_to_sign: Type.Literal(true, {
      description: 'The box “I certify that I have the capacity to sign …” above the signature is checked.',
    }),
  },
  'The electronic signature of a W-8.',
);

const UsTin = (types: readonly ('ssn' | 'itin' | 'ein')[]) =>
  only(
    { type: Type.Enum([...types]), value: text('Nine digits, with or without hyphens.', 20) },
    'A taxpayer identification number of the United States, checked by its declared type.',
  );
const ForeignTin = only(
  { country: Country, value: text('As the country issued it; checked where its form is known.', 50) },
  'A taxpayer identification number of another country.',
);

const TREATY = {
  country: Country,
  article: text('Article and paragraph, such as `12(1)`.', 50),
  rate_bps: Type.Integer({ minimum: 0, maximum: 2999, description: 'The rate claimed, in basis points; below 30 %.' }),
  income_type: text('The type of income, such as `royalties (copyright)`.', 100),
  conditions: optional(text('Why the conditions of the article are met.', 1000)),
};

const W9 = only(
  {
    form: Type.Literal('w9'),
    name: text('As on the income tax return (line 1).'),
    business_name: optional(text('Business name or disregarded entity (line 2).')),
    classification: Type.Enum([...W9_CLASSES], { description: 'Line 3a.' }),
    llc_classification: optional(Type.Enum([...LLC_CLASSES], { description: 'How an LLC is taxed (line 3a).' })),
    other_classification: optional(text('What `other` is (line 3a).', 100)),
    has_foreign_partners: optional(
      Type.Boolean({ description: 'Line 3b: of a partnership, a trust or estate, or an LLC taxed as a partnership.' }),
    ),
    exempt_payee_code: optional(Type.String({ pattern: '^([1-9]|1[0-3])$', examples: ['5'], description: 'Line 4.' })),
    fatca_exemption_code: optional(Type.String({ pattern: '^[A-M]$', examples: ['A'], description: 'Line 4.' })),
    address: Address,
    account_numbers: optional(text('Account numbers (line 7).')),
    tin: optional(UsTin(['ssn', 'itin', 'ein'])),
    is_tin_applied_for: optional(Type.Boolean({ description: 'Whether a TIN was applied for, instead of `tin`.' })),
    is_subject_to_backup_withholding: Type.Boolean({
      description: 'Whether item 2 of the certification is crossed out, because the IRS has given notice.',
    }),
    signature: Signature,
  },
  'A W-9 of a person of the United States. It does not expire.',
);

const W8BEN = only(
  {
    form: Type.Literal('w8ben'),
    name: text('The beneficial owner (line 1).'),
    citizenship: Country,
    residence_address: Address,
    mailing_address: optional(Address),
    us_tin: optional(UsTin(['ssn', 'itin'])),
    foreign_tin: optional(ForeignTin),
    is_foreign_tin_not_required: optional(Type.Boolean({ description: 'Line 6b.' })),
    reference_numbers: optional(text('Reference numbers (line 7).')),
    birth_on: Day('Date of birth (line 8).'),
    treaty_claim: optional(only(TREATY, 'A claim of treaty benefits (part II).')),
    signature: SignatureOfW8,
  },
  'A W-8BEN of a foreign individual. It expires at the end of the third following year.',
);

const W8BENE = only(
  {
    form: Type.Literal('w8bene'),
    name: text('The organisation that is the beneficial owner (line 1).'),
    incorporation_country: Country,
    disregarded_entity_name: optional(text('The disregarded entity that receives the payment (line 3).')),
    chapter_3_status: Type.Enum([...CHAPTER_3_STATUSES], { description: 'Line 4.' }),
    chapter_4_status: Type.Enum([...CHAPTER_4_STATUSES], { description: 'Line 5: the FATCA status.' }),
    residence_address: Address,
    mailing_address: optional(Address),
    us_tin: optional(UsTin(['ein'])),
    giin: optional(
      Type.String({
        pattern: '^[0-9A-NP-Z]{6}\\.[0-9A-NP-Z]{5}\\.(LE|SL|ME|BR|SF|SD|SS|SB|SP)\\.[0-9]{3}$',
        examples: ['98Q96B.00000.LE.250'],
        description: 'Global intermediary identification number (line 9a).',
      }),
    ),
    foreign_tin: optional(ForeignTin),
    is_foreign_tin_not_required: optional(Type.Boolean({ description: 'Line 9c.' })),
    reference_numbers: optional(text('Reference numbers (line 10).')),
    treaty_claim: optional(
      only(
        { ...TREATY, limitation_on_benefits: Type.Enum([...LIMITATIONS_ON_BENEFITS], { description: 'Line 14b.' }) },
        'A claim of treaty benefits (part III).',
      ),
    ),
    signature: SignatureOfW8,
  },
  'A W-8BEN-E of a foreign entity. It expires at the end of the third following year.',
);

const FinancialAccount = only(
  {
    type: Type.Enum(['iban', 'other']),
    identifier: text('The number of the account.', 100),
    holder_name: optional(text('The holder, if it is not the seller.')),
  },
  'The account to which the seller is paid.',
);

const SELLER = {
  residence_country: Country,
  tins: Type.Array(ForeignTin, {
    maxItems: 10,
    description: 'Every TIN with the country that issued it; none if there is none.',
  }),
  address: Address,
  vat_id: optional(text('VAT id.', 30)),
  financial_account: optional(FinancialAccount),
  signature: optional(Signature),
};

const Dac7Person = only(
  {
    form: Type.Literal('dac7_person'),
    first_name: text('First name.'),
    last_name: text('Last name.'),
    birth_on: Day('Date of birth.'),
    birth_place: optional(only({ city: text('Town.'), country: Country }, 'Place of birth; needed without a TIN.')),
    ...SELLER,
  },
  'Seller data of an individual, as DAC7 requires.',
);

const Dac7Entity = only(
  {
    form: Type.Literal('dac7_entity'),
    legal_name: text('Legal name.'),
    registration_number: text('Business registration number.', 50),
    establishment_countries: optional(
      Type.Array(Country, { maxItems: 30, description: 'The member states with a permanent establishment.' }),
    ),
    ...SELLER,
  },
  'Seller data of an entity, as DAC7 requires.',
);

const Vat = only(
  {
    form: Type.Literal('vat'),
    name: text('The name under which the creator is registered.'),
    address: Address,
    country: Country,
    vat_id: text('VAT id, with its country code where it has one.', 30),
    signature: optional(Signature),
  },
  'A registration for value added tax.',
);

export const FORM_SCHEMAS = {
  w9: W9,
  w8ben: W8BEN,
  w8bene: W8BENE,
  dac7_person: Dac7Person,
  dac7_entity: Dac7Entity,
  vat: Vat,
} as const;

export type TaxForm = keyof typeof FORM_SCHEMAS;
export const TAX_FORMS = Object.keys(FORM_SCHEMAS) as readonly TaxForm[];

/** What the forms are about; of the forms of one regime, the last one recorded is in force. */
export type TaxRegime = 'us' | 'dac7' | 'vat';
export const REGIME_OF: Readonly<Record<TaxForm, TaxRegime>> = {
  w9: 'us',
  w8ben: 'us',
  w8bene: 'us',
  dac7_person: 'dac7',
  dac7_entity: 'dac7',
  vat: 'vat',
};

export type W9Profile = Static<typeof W9>;
export type W8benProfile = Static<typeof W8BEN>;
export type W8beneProfile = Static<typeof W8BENE>;
export type Dac7PersonProfile = Static<typeof Dac7Person>;
export type Dac7EntityProfile = Static<typeof Dac7Entity>;
export type VatProfile = Static<typeof Vat>;

/** A complete profile, discriminated by `form`. */
export type TaxProfile = W9Profile | W8benProfile | W8beneProfile | Dac7PersonProfile | Dac7EntityProfile | VatProfile;
