import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { converter } from './convert.ts';
import type { AmountName, CreatorYear, RuleAmounts, TaxYear } from './document.ts';
import { EXCLUDED_SELLER, ROYALTY_THRESHOLDS } from './form-data.ts';
import { sumOf } from './read.ts';
import type { TaxFile } from './tax-file.ts';
import type { Reason, TaxFormName } from './words.ts';

/** The forms in force of a creator: the facts without names and numbers. */
export interface CreatorFacts {
  readonly us?: TaxFacts | undefined;
  readonly dac7?: TaxFacts | undefined;
}

/** A creator's year in all currencies, and its amounts in the currency of the form. */
export interface FormCreator {
  readonly creator_id: string;
  readonly parts: readonly CreatorYear[];
  /** Before tax: box 2 of 1099-MISC. */
  readonly gross_minor: bigint;
  readonly withheld_minor: bigint;
}

export interface LeftOut extends FormCreator {
  readonly reason: Reason;
}

/** One form of a year: who is on it, who is not and why, and what stops it. */
export interface FormYear {
  readonly form: TaxFormName;
  readonly currency: string | null;
  readonly tax_year: TaxYear;
  readonly included: readonly FormCreator[];
  readonly left_out: readonly LeftOut[];
  /** A sentence for each; nothing is exported while there is one. */
  readonly faults: readonly string[];
}

export interface FormRequest {
  readonly form: TaxFormName;
  readonly file: TaxFile;
  readonly facts: ReadonlyMap<string, CreatorFacts>;
}

/** What is before tax in a part of a year, in minor units of its own currency. */
function grossOf(part: CreatorYear, { form, file }: Pick<FormRequest, 'form' | 'file'>): bigint {
  const gross = part.quarters.reduce((sum, quarter) => sum + grossOfQuarter(quarter, { form, file }), 0n);
  if (!isWithoutEarlier({ form, file })) return gross;
  return gross - part.earlier_minor - (hasFee({ form, file }) ? part.earlier_fee_minor : 0n);
}

/** Whether a form of the IRS is before what was taken back of earlier years' royalties, as the operator has decided (ruling 163). */
function isWithoutEarlier({ form, file }: Pick<FormRequest, 'form' | 'file'>): boolean {
  if (form !== 'us_1099_misc' && form !== 'us_1042_s') return false;
  return file[form]?.refunds_of_earlier_years === 'not_deducted';
}

/** The rules of a part of a year whose amounts are on the form: of an earlier year's credit, what was taken back may be left out. */
export function rulesOf({ rules }: CreatorYear, request: Pick<FormRequest, 'form' | 'file'>): RuleAmounts[] {
  const isLeftOut = ({ earlier_on, taxable_amount }: RuleAmounts): boolean =>
    earlier_on !== null && parseDecimal(taxable_amount) <= 0n;
  return isWithoutEarlier(request) ? rules.filter((rule) => !isLeftOut(rule)) : [...rules];
}

const hasFee = ({ form, file }: Pick<FormRequest, 'form' | 'file'>): boolean =>
  form === 'us_1099_misc' && file.us_1099_misc?.gross === 'before_platform_fee';

/** By the date that the operator has chosen: what was credited, or what was paid and withheld. */
function grossOfQuarter(
  quarter: CreatorYear['quarters'][number],
  { form, file }: Pick<FormRequest, 'form' | 'file'>,
): bigint {
  const { credited_minor, taken_back_minor, fee_minor, sent_minor, returned_minor, withheld_minor } = quarter;
  if (file.year_basis === 'paid') return sent_minor - returned_minor + withheld_minor;
  return credited_minor + taken_back_minor + (hasFee({ form, file }) ? fee_minor : 0n);
}

/** Throws `Rejected` if the tax file has no settings for the form, or they exclude it. */
export function assertExported({ form, file }: Pick<FormRequest, 'form' | 'file'>): void {
  if (form === 'generic') return;
  const settings = file[form];
  if (!settings) {
    throw new Rejected(
      `${form} cannot be exported, because the tax file has no ${form}; add it, as in reports/tax/README.md.`,
    );
  }
  if ('licence_fees_are' in settings && settings.licence_fees_are !== 'royalties') {
    throw new Rejected(
      `${form} cannot be exported: its boxes are for royalties, but ${form}.licence_fees_are is other; another form is needed, which is not built.`,
    );
  }
  if ('activity' in settings && settings.activity === 'out_of_scope') {
    throw new Rejected(`dac7 is not exported, because dac7.activity of the tax file is out_of_scope.`);
  }
}

/**
 * Puts each creator of a year on a form or leaves it out for a reason; each is in one of both, so that all sums are those of the ledger.
 * Throws `InvariantBroken` if they are not.
 */
export function composeForm(tax_year: TaxYear, request: FormRequest): FormYear {
  const { form, file, facts } = request;
  const currency = form === 'generic' ? null : form === 'dac7' ? (file.dac7?.currency ?? null) : 'USD';
  const included: FormCreator[] = [];
  const left_out: LeftOut[] = [];
  const faults: string[] = [];
  const missing = new Set<string>();
  for (const [creator_id, parts] of byCreator(tax_year.creators)) {
    const convert = converter(file, { year: tax_year.year, currency });
    const creator: FormCreator = {
      ...{ creator_id, parts },
      gross_minor: convert(parts.map((part) => [part.currency, grossOf(part, request)])),
      withheld_minor: convert(parts.map((part) => [part.currency, sumOf(part, 'withheld_minor')])),
    };
    const reason = reasonOf(creator, { ...request, facts: facts.get(creator_id) ?? {}, year: tax_year.year });
    // Who is left out whatever the amount needs no rate.
    if (!reason || BY_AMOUNT.includes(reason)) for (const sentence of convert.missing()) missing.add(sentence);
    if (reason) left_out.push({ ...creator, reason });
    else {
      included.push(creator);
      faults.push(...faultsOf(creator, request));
    }
  }
  const composed: FormYear = {
    form,
    currency,
    tax_year,
    included,
    left_out,
    faults: [...missing, ...faults],
  };
  assertComplete(composed);
  return composed;
}

const BY_AMOUNT: readonly Reason[] = ['below_threshold', 'excluded_seller'];

function byCreator(creators: readonly CreatorYear[]): Map<string, CreatorYear[]> {
  return Map.groupBy(creators, ({ creator_id }) => creator_id);
}

type Judged = Omit<FormRequest, 'facts'> & { readonly facts: CreatorFacts; readonly year: string };

/** Why a creator is not on a form; undefined if it is. */
function reasonOf(creator: FormCreator, judged: Judged): Reason | undefined {
  const { form, file } = judged;
  if (form === 'generic') return undefined;
  const isEmpty = creator.parts.every((part) => grossOf(part, judged) === 0n && sumOf(part, 'withheld_minor') === 0n);
  if (isEmpty) return 'no_payments';
  if (form === 'dac7') return file.dac7 && reasonOfDac7(creator, judged);
  const us = judged.facts.us;
  if (!us) return 'missing_profile';
  return form === 'us_1099_misc'
    ? reasonOf1099(creator, { us, year: judged.year })
    : reasonOf1042(creator, { us, judged });
}

/** Tax that was withheld is reported of everybody. */
function reasonOf1099(
  { gross_minor, withheld_minor }: FormCreator,
  { us, year }: { us: TaxFacts; year: string },
): Reason | undefined {
  if (us.tax_form !== 'w9') return isExpiredBefore(us, year) ? 'form_expired' : 'foreign_documented';
  if (withheld_minor === 0n) {
    if (us.tax_classification === 'corporation') return 'corporation';
    if (us.exempt_code !== null) return 'exempt_payee';
    const threshold = ROYALTY_THRESHOLDS.findLast(({ from_year }) => from_year <= year)?.minor ?? 0n;
    if (gross_minor < threshold) return 'below_threshold';
  }
  return us.has_tin ? undefined : 'missing_tin';
}

function reasonOf1042(
  { parts, withheld_minor }: FormCreator,
  { us, judged }: { us: TaxFacts; judged: Judged },
): Reason | undefined {
  if (us.tax_form === 'w9') return 'not_foreign';
  if (isExpiredBefore(us, judged.year)) return 'form_expired';
  const rules = parts.flatMap((part) => rulesOf(part, judged));
  const isUnknown = parts.some(({ has_month_without_rule }) => has_month_without_rule);
  if (isUnknown || rules.some(({ payer_country }) => payer_country !== 'US')) return 'rate_not_known';
  const isTaxed = rules.some(({ taxable_amount }) => parseDecimal(taxable_amount) !== 0n);
  return isTaxed || withheld_minor !== 0n ? undefined : 'no_us_source';
}

/** Whether a W-8 had expired before a year. */
export const isExpiredBefore = ({ valid_until_on }: Pick<TaxFacts, 'valid_until_on'>, year: string): boolean =>
  valid_until_on !== null && valid_until_on < `${year}-01-01`;

function reasonOfDac7(
  { parts, gross_minor, withheld_minor }: FormCreator,
  { file, facts }: Judged,
): Reason | undefined {
  const settings = file.dac7;
  if (!settings) return undefined;
  if (settings.activity === 'out_of_scope') return 'out_of_scope';
  if (!facts.dac7) return 'missing_profile';
  if (!settings.reportable_countries.includes(facts.dac7.tax_country)) return 'country_not_reportable';
  const sales = parts.reduce((sum, part) => sum + sumOf(part, 'activity_count'), 0n);
  const isSmall = sales < EXCLUDED_SELLER.sales && gross_minor - withheld_minor <= EXCLUDED_SELLER.minor;
  return settings.activity === 'sale_of_goods' && isSmall ? 'excluded_seller' : undefined;
}

/** What a person must decide, because no form can say it. */
function faultsOf({ creator_id, gross_minor, parts }: FormCreator, { form, file }: FormRequest): string[] {
  if (form === 'generic') return [];
  const { payer_id, payer } = file;
  const other = parts
    .flatMap(({ rules }) => rules)
    .find(({ earlier_on, payer_country }) => earlier_on === null && payer_country !== payer.address.country);
  if (payer_id !== MAIN_PAYER && other) {
    return [
      `${creator_id}: its payer is ${payer_id}, but tax of ${other.payer_country} was computed on what it was credited, because its payer was set after a month was closed; decide how it is reported, and report it by hand.`,
    ];
  }
  if (gross_minor < 0n) {
    return [
      `${creator_id}: the gross amount of the year is negative, because more was taken back than credited; decide how it is reported, and report it by hand.`,
    ];
  }
  if (form === 'us_1042_s') {
    const rules = parts.flatMap((part) => rulesOf(part, { form, file }));
    return faultsOf1042(creator_id, rules);
  }
  if (form !== 'dac7') return [];
  return [0, 1, 2, 3]
    .filter((index) => parts.some(({ quarters }) => considerationOf(quarters[index], file) < 0n))
    .map(
      (index) =>
        `${creator_id}: the consideration of quarter ${index + 1} is negative, because more was taken back than credited; decide how it is reported, and report it by hand.`,
    );
}

/** A rule is a form of its own, so none may be negative, and none that of a resident. */
function faultsOf1042(creator_id: string, rules: readonly RuleAmounts[]): string[] {
  const ofRules = Map.groupBy(rules, (rule) => `${rule.withholding_rule_id} ${rule.withholding_rate_ppm}`);
  return [...ofRules.values()].flatMap((group) => {
    const [{ withholding_rule_id: rule, payee_status }] = group as [RuleAmounts];
    const taxable = group.reduce((sum, { taxable_amount }) => sum + parseDecimal(taxable_amount), 0n);
    const withheld = group.reduce((sum, { withheld_minor }) => sum + withheld_minor, 0n);
    const by_hand = 'decide how it is reported, and report it by hand.';
    if (taxable < 0n || withheld < 0n)
      return [`${creator_id}: what was credited by the rule ${rule} is negative; ${by_hand}`];
    if (payee_status.startsWith('foreign')) return [];
    return [`${creator_id}: it has a W-8, but was withheld from by the rule ${rule}, as a resident; ${by_hand}`];
  });
}

/** Net of fees and tax: Directive (EU) 2021/514, Annex V, section I, A(10). */
export function considerationOf(quarter: CreatorYear['quarters'][number] | undefined, file: TaxFile): bigint {
  return quarter ? grossOfQuarter(quarter, { form: 'dac7', file }) - quarter.withheld_minor : 0n;
}

const AMOUNTS: readonly AmountName[] = [
  'credited_minor',
  'taken_back_minor',
  'adjusted_minor',
  'withheld_minor',
  'sent_minor',
  'returned_minor',
];

/** Σ on the form + Σ left out = Σ of the ledger, for each amount and currency. */
function assertComplete({ form, tax_year, included, left_out }: FormYear): void {
  const totals = (creators: readonly CreatorYear[]): string => {
    const sums = new Map<string, bigint>();
    for (const each of creators) {
      for (const name of AMOUNTS) {
        const key = `${each.currency} ${name}`;
        sums.set(key, (sums.get(key) ?? 0n) + sumOf(each, name));
      }
    }
    return [...sums]
      .sort()
      .map(([key, sum]) => `${key} ${sum}`)
      .join(', ');
  };
  const found = totals([...included, ...left_out].flatMap(({ parts }) => parts));
  const expected = totals(tax_year.creators);
  invariant(found === expected, `${form} of ${tax_year.year} must sum to the ledger: ${expected}; it has ${found}.`);
}
