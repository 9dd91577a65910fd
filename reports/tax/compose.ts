import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import { grossOf, rulesOf } from './amounts.ts';
import { converter } from './convert.ts';
import type { AmountName, CreatorYear, TaxYear } from './document.ts';
import { EXCLUDED_SELLER, ROYALTY_THRESHOLDS } from './form-data.ts';
import { faultsOf, faultsOfStatus } from './form-faults.ts';
import type { CreatorFacts, FormCreator, FormRequest, FormYear, LeftOut } from './form-year.ts';
import { sumOf } from './read.ts';
import { byHandIn, type Reason } from './words.ts';

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
  const byHand = byHandOf(request, tax_year.year);
  for (const [creator_id, parts] of byCreator(tax_year.creators)) {
    const convert = converter(file, { year: tax_year.year, currency });
    const creator: FormCreator = {
      ...{ creator_id, parts },
      gross_minor: convert(parts.map((part) => [part.currency, grossOf(part, request)])),
      withheld_minor: convert(parts.map((part) => [part.currency, sumOf(part, 'withheld_minor')])),
    };
    const judged = { ...request, facts: facts.get(creator_id) ?? {}, year: tax_year.year };
    const reason = byHand.has(creator_id) ? 'by_hand' : reasonOf(creator, judged);
    // Who is left out whatever the amount needs no rate.
    if (!reason || BY_AMOUNT.includes(reason)) for (const sentence of convert.missing()) missing.add(sentence);
    if (reason) left_out.push({ ...creator, reason });
    else included.push(creator);
    faults.push(...faultsOfStatus(creator, reason, request));
    if (!reason) faults.push(...faultsOf(creator, request));
    byHand.delete(creator_id);
  }
  const odd = [...byHand].map(
    (id) =>
      `${id}: ${byHandIn(file, form)} has it for ${tax_year.year}, in which nothing was credited or paid to it; take it out.`,
  );
  const composed: FormYear = {
    form,
    currency,
    tax_year,
    included,
    left_out,
    faults: [...missing, ...faults, ...odd],
  };
  assertComplete(composed);
  return composed;
}

/** The creators whom the operator reports by hand in a year. */
export function byHandOf({ form, file }: Pick<FormRequest, 'form' | 'file'>, year: string): Set<string> {
  return new Set(form === 'generic' ? [] : Object.keys(file[form]?.by_hand?.[year] ?? {}));
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
