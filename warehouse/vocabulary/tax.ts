import { bool, country, date, type Field, numeric, text, timestamp, words } from './field.ts';

/** What is withheld of a creator depends on: the form it has given, without names and numbers. */
export const TAX_FIELDS = {
  tax_form: words('The form that is in force for the taxes of the United States; none if there is none.', [
    'w9',
    'w8ben',
    'w8bene',
    'none',
  ]),
  tax_classification: words('How the withholding rules class the creator.', [
    'individual',
    'corporation',
    'partnership',
    'trust_or_estate',
    'government',
    'tax_exempt',
    'disregarded_entity',
    'other',
  ]),
  tax_country: { ...country('ISO 3166-1 alpha-2 code of the country of residence for tax.'), example: 'DE' },
  has_tin: bool('Whether the form has a taxpayer identification number.', { example: true }),
  treaty_country: { ...country('ISO 3166-1 alpha-2 code of the country whose tax treaty is claimed.'), example: 'DE' },
  treaty_rate_bps: numeric('The rate that is claimed by the treaty, in basis points.', { example: '0' }),
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
} satisfies Record<string, Field>;
