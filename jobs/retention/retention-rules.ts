import { Rejected } from '../../warehouse/errors.ts';
import type { DocumentKind } from '../../warehouse/vocabulary/documents.ts';

/** For how many whole years after a year a law requires records of it to be kept. */
export interface LegalTerm {
  /** ISO 3166-1 alpha-2, or EU. */
  readonly country: string;
  readonly years: number;
  readonly law: string;
  /** Where the years were read: the text of the law, or a report of it; null if neither was found, so that they are to be compared with the law. */
  readonly read_at: string | null;
}

/** Books 10 years, vouchers 8, of which the shorter ones were 10 until 2024 (Viertes Bürokratieentlastungsgesetz). */
const BEG_IV = 'https://www.akanthus-wpg.de/verkuerzung-von-aufbewahrungsfristen/';
const VOUCHERS: readonly LegalTerm[] = [
  { country: 'DE', years: 8, law: 'AO § 147 (3), HGB § 257 (4): vouchers', read_at: BEG_IV },
  { country: 'DE', years: 10, law: 'AO § 147 (3), HGB § 257 (4): books', read_at: 'https://muchowitsch.de/?p=2245' },
  {
    ...{ country: 'FR', years: 10, law: 'Code de commerce L123-22' },
    read_at: 'https://kohenavocats.fr/2024/12/23/article-l123-22-du-code-de-commerce',
  },
];
const IRS_COPIES =
  'https://docs.oracle.com/en/applications/jd-edwards/year-end/a9.4/weusy/requirements-retaining-information-irs.html';

/** The kinds of records that may be deleted together, in the words of `stored_records.kind`, and the laws that require them to be kept. */
interface RetentionRule {
  readonly kinds: readonly (DocumentKind | 'bank_message')[];
  readonly terms: readonly LegalTerm[];
}

/** Journals are kept for ever, as the ledger is. */
export const RETENTION_RULES = {
  statements: { kinds: ['statement'], terms: VOUCHERS },
  invoices: {
    kinds: ['invoice', 'credit_note', 'self_billed_invoice', 'self_billed_credit_note'],
    terms: [{ country: 'DE', years: 8, law: 'UStG § 14b (1)', read_at: BEG_IV }, ...VOUCHERS],
  },
  tax_forms: {
    kinds: ['tax_1099_misc', 'tax_1042_s', 'tax_dac7', 'tax_year'],
    terms: [
      { country: 'US', years: 3, law: 'General Instructions for Certain Information Returns', read_at: IRS_COPIES },
      {
        country: 'US',
        years: 4,
        law: 'With backup withholding: the same; 26 CFR 31.6001-1(e)(2)',
        read_at: IRS_COPIES,
      },
      { country: 'EU', years: 5, law: 'Directive (EU) 2021/514, Annex V, section IV B (at least)', read_at: null },
      { country: 'DE', years: 10, law: 'PStTG § 24', read_at: null },
    ],
  },
  bank_files: { kinds: ['bank_file', 'bank_message'], terms: VOUCHERS },
} as const satisfies Readonly<Record<string, RetentionRule>>;

/** The longest of the terms, where a setting says `default`: which of them counts depends on where the platform is. */
export const defaultYearsOf = (group: RetentionGroup): number =>
  Math.max(...RETENTION_RULES[group].terms.map(({ years }) => years));

/** The shortest of the terms; a shorter one is taken only with `!`. */
const leastYearsOf = (group: RetentionGroup): number =>
  Math.min(...RETENTION_RULES[group].terms.map(({ years }) => years));

/** `DE: AO § 147 (3), HGB § 257 (4): vouchers, 8 years` */
export const sentenceOfTerm = ({ country, law, years }: LegalTerm): string => `${country}: ${law}, ${years} years`;

export type RetentionGroup = keyof typeof RETENTION_RULES;
export const RETENTION_GROUPS = Object.keys(RETENTION_RULES) as readonly RetentionGroup[];

/** The years of each group that is deleted at all. */
export type Retention = Readonly<Partial<Record<RetentionGroup, number>>>;

/**
 * `statements=10,invoices=default`: what is not named is kept for ever. `statements=1!` confirms a term that is shorter than the shortest of the rules,
 * which is refused without. Throws `Rejected`.
 */
export function parseRetention(text: string): Retention {
  const entries = text.split(',').map((part): [RetentionGroup, number] => {
    const [name = '', years = ''] = part.split('=').map((word) => word.trim());
    const group = RETENTION_GROUPS.find((each) => each === name);
    if (!group) throw new Rejected(`${JSON.stringify(name)} is not one of ${RETENTION_GROUPS.join(', ')}.`);
    if (years === 'default') return [group, defaultYearsOf(group)];
    const [, digits, confirmed] = /^([1-9]\d?)(!?)$/.exec(years) ?? [];
    if (digits === undefined)
      throw new Rejected(`${name} has ${JSON.stringify(years)}, which is neither "default" nor 1 to 99 years.`);
    if (Number(digits) < leastYearsOf(group) && confirmed === '')
      throw new Rejected(
        `${name} has ${digits}, which is shorter than each legal term that is known here (${RETENTION_RULES[group].terms.map(sentenceOfTerm).join('; ')}); write ${name}=${digits}! if the law that counts for you has a shorter one.`,
      );
    return [group, Number(digits)];
  });
  const retention = Object.fromEntries(entries);
  if (Object.keys(retention).length < entries.length) throw new Rejected('It names something twice.');
  return retention;
}

/** Throws `Rejected` if tax forms are kept for longer than the keys under which the copies of creators are sealed. */
export function assertKeysOutlast(
  { tax_forms = 0 }: Retention,
  { taxRetentionYears }: { readonly taxRetentionYears: number | undefined },
): void {
  if (taxRetentionYears === undefined || tax_forms <= taxRetentionYears) return;
  throw new Rejected(
    `tax_forms are kept for ${tax_forms} years, but after the ${taxRetentionYears} of TANTIEME_TAX_RETENTION_YEARS an erasure deletes the keys without which the copies of a creator cannot be read; set that to ${tax_forms} at least, or tax_forms to ${taxRetentionYears} at most.`,
  );
}
