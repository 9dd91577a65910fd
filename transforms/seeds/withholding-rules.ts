import type { PayeeStatus } from '../../warehouse/vocabulary/tax.ts';

/**
 * What a payer must withhold of royalties, by its own country, what it knows about the creator, and the day on which they are credited.
 * Rows are never changed: to change a rate, set the end of its row and add one. These are figures for preparation, not advice; a rate of
 * a treaty counts only for a creator whose form claims it.
 */

interface WithholdingRule {
  readonly payer_country: string;
  readonly payee_status: PayeeStatus;
  /** The other side of the treaty; without it, the rule is for all countries. */
  readonly treaty_country?: string;
  /** Parts per million of the amount. */
  readonly withholding_rate_ppm: bigint;
  /** Whether only what is used in the payer's country is taxed. */
  readonly is_payer_source_only: boolean;
  readonly effective_from_on?: string;
  readonly effective_until_on?: string;
  readonly rule_source: string;
}

const percent = (rate: number): bigint => BigInt(Math.round(rate * 10_000));
const ALWAYS = '2000-01-01';

/** By 26 USC and its regulations; the rates of treaties are in `US_TREATIES`. */
const UNITED_STATES: readonly WithholdingRule[] = [
  {
    payer_country: 'US',
    payee_status: 'domestic',
    withholding_rate_ppm: 0n,
    is_payer_source_only: false,
    rule_source: 'Nothing is withheld of persons of the United States with a W-9 (26 USC 1441(a), 3406(a)).',
  },
  {
    payer_country: 'US',
    payee_status: 'domestic_unidentified',
    withholding_rate_ppm: percent(24),
    is_payer_source_only: false,
    rule_source:
      'Backup withholding: 26 USC 3406(a), at the fourth lowest rate of section 1(c); 24 % for 2018 and later.',
  },
  {
    payer_country: 'US',
    payee_status: 'foreign',
    withholding_rate_ppm: percent(30),
    is_payer_source_only: true,
    rule_source:
      '26 USC 1441(a) and 1442(a): 30 % of income from sources within the United States; 861(a)(4): place of use.',
  },
];

/**
 * Royalties under income code 12, in percent, by country. From three public lists of 2018 to 2025; where they differ, the highest. The tables
 * of the IRS (irs.gov/individuals/international-taxpayers/tax-treaty-tables) decide; compare with them before you rely on a rate.
 */
const US_TREATIES: Readonly<Record<number, string>> = {
  0: 'AT BE CA CH CY CZ DE DK FI FR GB GR IE IS JP LU NL NO SE SK ZA',
  5: 'AU BB BG ES IT SI',
  10: 'BD CL CN EE ID IL JM KR KZ LK LT LV MA MT MX NZ PL PT RO TR UA VE',
  15: 'EG IN PH TH TN',
};

/** Of treaties that did not always apply: Chile's came into force for amounts withheld from 2024-02-01. */
const TREATY_STARTS: Readonly<Record<string, string>> = { CL: '2024-02-01' };

const treaties = Object.entries(US_TREATIES).flatMap(([rate, countries]) =>
  countries.split(' ').map(
    (treaty_country): WithholdingRule => ({
      payer_country: 'US',
      payee_status: 'foreign_treaty',
      treaty_country,
      withholding_rate_ppm: percent(Number(rate)),
      is_payer_source_only: true,
      effective_from_on: TREATY_STARTS[treaty_country] ?? ALWAYS,
      rule_source: `The tax treaty between the United States and ${treaty_country}, royalties (income code 12); to be compared with the tables of the IRS.`,
    }),
  ),
);

/** A payer elsewhere: what it pays to residents, and to others for use in its country. A treaty there needs a certificate of the state first. */
const elsewhere = (payer_country: string, rate: number, rule_source: string): readonly WithholdingRule[] => [
  {
    payer_country,
    payee_status: 'domestic',
    withholding_rate_ppm: 0n,
    is_payer_source_only: false,
    rule_source: `Nothing is withheld of residents of ${payer_country}.`,
  },
  {
    payer_country,
    payee_status: 'foreign',
    withholding_rate_ppm: percent(rate),
    is_payer_source_only: true,
    rule_source,
  },
];

const ELSEWHERE = [
  ...elsewhere(
    'DE',
    15.825,
    '§ 50a EStG: 15 %, and 5.5 % of it as solidarity surcharge, of the gross amount for rights used in Germany.',
  ),
  ...elsewhere(
    'GB',
    20,
    'Income Tax Act 2007, section 906: the basic rate, 20 %, of copyright royalties with a source in the United Kingdom.',
  ),
];

/** The rules, each with its id, `US-foreign` or `US-foreign_treaty-DE`. */
export const WITHHOLDING_RULES = [...UNITED_STATES, ...treaties, ...ELSEWHERE].map((rule) => ({
  effective_from_on: ALWAYS,
  effective_until_on: null,
  treaty_country: null,
  ...rule,
  withholding_rule_id: [rule.payer_country, rule.payee_status, rule.treaty_country].filter(Boolean).join('-'),
}));

/** The countries of payers for which there are rules. */
export const PAYER_COUNTRIES: readonly string[] = [
  ...new Set(WITHHOLDING_RULES.map(({ payer_country }) => payer_country)),
].sort();
