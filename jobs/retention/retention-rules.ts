import { Rejected } from '../../warehouse/errors.ts';
import type { DocumentKind } from '../../warehouse/vocabulary/documents.ts';

/** The kinds of records that may be deleted together, in the words of `stored_records.kind`. */
interface RetentionRule {
  readonly kinds: readonly (DocumentKind | 'bank_message')[];
  /** Whole years after the year in which the last of its kind, subject and period was recorded. */
  readonly defaultYears: number;
  /** The shortest of the terms of `source`; a shorter one is taken only with `!`. */
  readonly leastYears: number;
  readonly source: string;
}

/**
 * For how many years records are kept where a setting says `default`: the longest term of those named, for which of them counts depends on where
 * the platform is. Journals are kept for ever, as the ledger is.
 */
export const RETENTION_RULES = {
  statements: {
    kinds: ['statement'],
    defaultYears: 10,
    leastYears: 8,
    source:
      'Germany: AO § 147 (3), HGB § 257 (4): 8 years for vouchers, 10 for books; France: Code de commerce L123-22: 10 years.',
  },
  invoices: {
    kinds: ['invoice', 'credit_note', 'self_billed_invoice', 'self_billed_credit_note'],
    defaultYears: 10,
    leastYears: 8,
    source: 'Germany: UStG § 14b (1): 8 years; France: Code de commerce L123-22: 10 years.',
  },
  tax_forms: {
    kinds: ['tax_1099_misc', 'tax_1042_s', 'tax_dac7', 'tax_year'],
    defaultYears: 10,
    leastYears: 3,
    source:
      'Germany: PStTG § 24: 10 years; Directive (EU) 2021/514: 5 to 10; United States, General Instructions for Certain Information Returns: 3 years, 4 with backup withholding.',
  },
  bank_files: {
    kinds: ['bank_file', 'bank_message'],
    defaultYears: 10,
    leastYears: 8,
    source: 'Germany: AO § 147 (3): 8 years for vouchers, 10 for books; France: Code de commerce L123-22: 10 years.',
  },
} as const satisfies Readonly<Record<string, RetentionRule>>;

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
    if (years === 'default') return [group, RETENTION_RULES[group].defaultYears];
    const [, digits, confirmed] = /^([1-9]\d?)(!?)$/.exec(years) ?? [];
    if (digits === undefined)
      throw new Rejected(`${name} has ${JSON.stringify(years)}, which is neither "default" nor 1 to 99 years.`);
    const { leastYears, source } = RETENTION_RULES[group];
    if (Number(digits) < leastYears && confirmed === '')
      throw new Rejected(
        `${name} has ${digits}, which is shorter than each legal term that is known here (${source.replace(/\.$/, '')}); write ${name}=${digits}! if the law that counts for you has a shorter one.`,
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
