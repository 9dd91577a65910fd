import { placeOf } from '../other-payers.ts';

/** The date of the notes on law and forms that the exports follow. */
export const RULE_SET_ON = '2026-11-26';

export const NOTICE =
  'Data to prepare tax forms with, neither a filing nor tax advice; compare it with the instructions of the year before it is filed.';

export const FORMS = ['us_1099_misc', 'us_1042_s', 'dac7', 'generic'] as const;
export type TaxFormName = (typeof FORMS)[number];

/** As in file names and headings. */
export const FORM_TITLES: Readonly<Record<TaxFormName, string>> = {
  us_1099_misc: '1099-MISC',
  us_1042_s: '1042-S',
  dac7: 'DAC7',
  generic: 'all creators',
};

/** Why a creator is not on a form. */
export const REASONS = {
  by_hand: 'the operator reports the creator by hand, for the reason in by_hand of the tax file',
  no_payments: 'nothing was credited or paid in the year',
  below_threshold: 'the amount is below the threshold of the form, and no tax was withheld',
  corporation: 'royalties of corporations are not reported (26 USC 6050N(c))',
  exempt_payee: 'the W-9 has an exempt payee code',
  foreign_documented: 'a W-8 documents the creator as foreign',
  not_foreign: 'a W-9 documents the creator as resident',
  no_us_source: 'nothing was used in the United States',
  out_of_scope: 'the operator has decided that the activity is out of scope',
  country_not_reportable: 'the country of residence is not among dac7.reportable_countries',
  excluded_seller: 'fewer than 30 sales of goods for at most 2,000 EUR',
  missing_profile: 'the creator has given no form for this',
  missing_tin: 'the form of the creator has no number yet',
  rate_not_known:
    'royalties were credited while no withholding for the United States was set, so their rate is not known',
  form_expired: 'the W-8 had expired before the year',
} as const;
export type Reason = keyof typeof REASONS;

/** Reasons for which somebody must ask the creator for something. */
export const TO_BE_RESOLVED: readonly Reason[] = ['missing_profile', 'missing_tin', 'form_expired', 'rate_not_known'];

/** Where the tax file of a payer has the creators whom the operator reports by hand. */
export const byHandIn = ({ payer_id }: { readonly payer_id: string }, form: TaxFormName): string =>
  `${placeOf(payer_id)}${form}.by_hand of the tax file`;

/** How somebody whom no form can hold is left out of it, after `decide how it is reported; `. */
export const leftToHand = (file: { readonly payer_id: string }, form: TaxFormName): string =>
  `report it by hand, and name it with the reason in ${byHandIn(file, form)}`;
