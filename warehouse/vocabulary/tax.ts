import { bool, country, date, type Field, int, numeric, text, timestamp, words } from './field.ts';

/** What a creator is to the payer: resident, resident without a number, or not resident and with or without a treaty. */
export const PAYEE_STATUSES = ['domestic', 'domestic_unidentified', 'foreign', 'foreign_treaty'] as const;
export type PayeeStatus = (typeof PAYEE_STATUSES)[number];

/** How the withholding rules class a creator. */
export const TAX_CLASSIFICATIONS = [
  'individual',
  'corporation',
  'partnership',
  'trust_or_estate',
  'government',
  'tax_exempt',
  'disregarded_entity',
  'other',
] as const;
export type TaxClassification = (typeof TAX_CLASSIFICATIONS)[number];

/** The payer that a settings file begins with: of everybody who is not assigned to another one. */
export const MAIN_PAYER = 'main';

/** How an operator may call a payer: without `-`, because it is a part of the ids of documents. */
export const PAYER_ID_PATTERN = '^[a-z][a-z0-9_]{0,19}$';

/** What is withheld of a creator depends on: the form it has given, without names and numbers. */
export const TAX_FIELDS = {
  tax_form: words('The form that is in force for the taxes of the United States; none if there is none.', [
    'w9',
    'w8ben',
    'w8bene',
    'none',
  ]),
  tax_classification: words('How the withholding rules class the creator.', TAX_CLASSIFICATIONS),
  tax_country: { ...country('ISO 3166-1 alpha-2 code of the country of residence for tax.'), example: 'DE' },
  has_tin: bool('Whether the form has a taxpayer identification number.', { example: true }),
  treaty_country: { ...country('ISO 3166-1 alpha-2 code of the country whose tax treaty is claimed.'), example: 'DE' },
  treaty_claim: text('The rate that is claimed by the treaty, in basis points, as text.', {
    pattern: '^[0-9]{1,4}$',
    example: '0',
  }),
  treaty_bps: int('The rate that is claimed by the treaty.'),
  treaty_article: text('The article of the treaty that is claimed.', { example: '12(1)' }),
  exempt_code: text('The exempt payee code of a W-9.', { pattern: '^([1-9]|1[0-3])$', example: '5' }),
  tax_valid_from_at: timestamp('The beginning of the day on which the form was signed.', {
    example: '2026-01-15T00:00:00.000Z',
  }),
  tax_valid_until_at: timestamp(
    'The beginning of the last day on which the form counts; missing if it does not expire.',
    {
      example: '2029-12-31T00:00:00.000Z',
    },
  ),
  valid_from_on: date('The day on which the form was signed.'),
  valid_until_on: date('The last day on which the form counts; null if it does not expire.'),
  backup_withholding: bool(
    'Whether backup withholding applies: after a notice of the IRS, or because the creator has certified it.',
    { example: false },
  ),
  payer_country: {
    ...country('ISO 3166-1 alpha-2 code of the country whose law the payer withholds by.'),
    example: 'US',
  },
  payer_id: text('The payer of a creator, as the tax file calls it; `main` is the payer of everybody else.', {
    pattern: PAYER_ID_PATTERN,
    example: 'ireland',
  }),
  undocumented_treatment: words('What is withheld of creators who have given no valid form.', [
    'as_foreign',
    'as_unidentified',
    'not_withheld',
  ]),
  payee_status: words('What a creator is to the payer, by the form that is in force.', PAYEE_STATUSES),
  status_basis: words(
    'Whether the status follows from a valid form or the residence, or the payer has chosen it for want of one.',
    ['documented', 'assumed'],
  ),
  withholding_rule_id: text('The rule by which tax is withheld, such as `US-foreign_treaty-DE`.'),
  withholding_rate_ppm: int('The rate of tax that is withheld, in parts per million.'),
  is_payer_source_only: bool("Whether only royalties for use in the payer's country are taxed."),
  rule_source: text('The law or the list from which a rule is taken.'),
  payer_source_ppm: int("The part that was used in the payer's country or nobody knows where, in parts per million."),
  elsewhere_amount: numeric("What was paid for use by developers outside the payer's country."),
  credited_on: date(
    'The day on which royalties are credited, the first after their period; of what is taken back, the day on which it was credited.',
  ),
  credited_amount: numeric(
    'The royalties that the period credits on that day, or changes of it, to nine decimal places; negative where it takes back.',
  ),
  taxable_amount: numeric('The part of these royalties of which tax is withheld, to nine decimal places.'),
  withheld_minor: int(
    'Tax withheld in the period, in minor units; negative if it gives back what was withheld before.',
  ),
  withheld_of_year_minor: int(
    "Tax withheld of the creator in the calendar year so far for the payer's country, in minor units; the same in each of these rows of a period.",
  ),
  not_given_back_minor: int(
    'What would be given back of tax, but was not withheld in the same calendar year, in minor units: the creator can claim it from the state. Negative if what was taken back is credited again.',
  ),
} satisfies Record<string, Field>;
