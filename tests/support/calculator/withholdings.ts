import { WITHHOLDING_RULES } from '../../../transforms/seeds/withholding-rules.ts';
import type { PayeeStatus } from '../../../warehouse/vocabulary/tax.ts';
import { minorUnit, roundedRatio, sumOf } from './amounts.ts';
import {
  type Books,
  type Credit,
  keyOf,
  type Royalty,
  type Status,
  type TaxedMonth,
  type TaxSettings,
  type Withholding,
} from './books.ts';
import { type CreditedPart, creditedParts } from './earlier-credits.ts';
import { compareTexts, factKey, latestIn, type RawRow } from './facts.ts';

const WHOLE_PPM = 1_000_000n;

/** What a period withholds and gives back of each creator's credits (rulings 109 to 113, 161, 162 and 211). */
export function withholdingsOf(books: Books, royalties: readonly Royalty[]): Withholding[] {
  const creditedOn = books.endsAt.slice(0, 10);
  const settings = settingsOn(books, creditedOn);
  if (settings.size === 0) return [];
  const developers = latestIn(books.known, 'developer_signed_up', 'developer_id');
  const now: TaxedMonth = { creditedOn, developers, settings, statuses: new Map() };
  const parts = royalties
    .filter(({ correction }) => correction?.kind !== 'balance')
    .flatMap((royalty) =>
      creditedParts(books, royalty).flatMap((part) => taxedPart(books, { royalty: { ...royalty, ...part }, now })),
    );
  if (now.statuses.size > 0) books.taxedMonths.set(books.period, now);
  const rows = [...Map.groupBy(parts, ({ key }) => key).values()].map((group) => withheld(books, group, creditedOn));
  const yearOf = (row: Withholding): string => [keyOf(row), row.payerCountry, creditedOn.slice(0, 4)].join(' ');
  for (const row of rows) books.yearsOfTax.set(yearOf(row), (books.yearsOfTax.get(yearOf(row)) ?? 0n) + row.minor);
  return rows.map((row) => ({ ...row, ofYear: books.yearsOfTax.get(yearOf(row)) ?? 0n }));
}

/** A royalty, or what is taken back of one, at the month that credited it. */
interface Part {
  readonly key: string;
  readonly royalty: Royalty;
  readonly month: TaxedMonth;
  readonly status: Status;
  readonly taxable: bigint;
}

/** A part is taxed as the closing that first left it credited has taxed the creator; if it has not, nobody does. */
function taxedPart(books: Books, { royalty, now }: { royalty: Royalty & CreditedPart; now: TaxedMonth }): Part[] {
  const { creatorId, creditedIn } = royalty;
  const month = creditedIn === books.period ? now : books.taxedMonths.get(creditedIn);
  const status = month?.statuses.get(creatorId) ?? (month === now ? statusNow(books, { creatorId, now }) : undefined);
  if (!month || !status) return [];
  month.statuses.set(creatorId, status);
  const where = { payerCountry: status.payerCountry, developers: month.developers };
  const ofSource = rounded(royalty.royalty * (WHOLE_PPM - elsewherePpm(books, royalty, where)), WHOLE_PPM);
  const taxable = status.isPayerSourceOnly ? ofSource : royalty.royalty;
  return [{ key: `${keyOf(royalty)} ${month.creditedOn}`, royalty, month, status, taxable }];
}

/** The tax on what is left of a credit, less what was withheld of it before; of earlier years, nothing is given back. */
function withheld({ credits }: Books, parts: readonly Part[], bookedOn: string): Withholding {
  const [{ key, royalty, month, status }] = parts as [Part];
  const { creatorId, currency } = royalty;
  const credit: Credit = credits.get(key) ?? { left: 0n, taxable: 0n, withheld: new Map(), notGivenBack: 0n };
  credits.set(key, credit);
  const [credited, taxable] = [
    sumOf(parts.map((part) => part.royalty.royalty)),
    sumOf(parts.map((part) => part.taxable)),
  ];
  credit.left += credited;
  credit.taxable += taxable;
  const { isPayerSourceOnly: _, ppm, ...rule } = status;
  const due = rounded(within(0n, credit.taxable, credit.left) * ppm, WHOLE_PPM * minorUnit(currency));
  const year = bookedOn.slice(0, 4);
  const [before, ofYear] = [sumOf(credit.withheld.values()), credit.withheld.get(year) ?? 0n];
  const isLimited = before - due > ofYear;
  const minor = isLimited ? -ofYear : due - before;
  credit.withheld.set(year, ofYear + minor);
  const notGivenBack = before + minor - due - credit.notGivenBack;
  credit.notGivenBack += notGivenBack;
  return {
    ...{ creatorId, currency, creditedOn: month.creditedOn, ...rule, ppm },
    ...{ credited, taxable, minor, ofYear: 0n, notGivenBack },
  };
}

const MAIN = 'main';

/** The settings of each payer that are in force on a day (ruling 109). */
function settingsOn({ known }: Books, day: string): Map<string, TaxSettings> {
  const payers = Map.groupBy(
    known.filter(({ table }) => table === 'tax_settings_changed'),
    ({ row }) => row.payer_id ?? MAIN,
  );
  const inForce = [...payers].flatMap(([payer, reports]) => {
    const row = latestOn([...latestIn(reports, 'tax_settings_changed', 'valid_from_at').values()], day);
    if (!row) return [];
    return [[payer, { payerCountry: row.payer_country ?? '', treatment: row.undocumented_treatment ?? '' }] as const];
  });
  return new Map(inForce);
}

/** The row that is valid from the latest day up to the one that is meant. */
function latestOn(rows: readonly RawRow[], day: string): RawRow | undefined {
  return rows
    .filter(({ valid_from_at }) => (valid_from_at ?? '').slice(0, 10) <= day)
    .sort((a, b) => compareTexts(a.valid_from_at ?? '', b.valid_from_at ?? ''))
    .at(-1);
}

/** The settings of a creator's payer; without any, those of the main one in the same country (ruling 200). */
function settingsOf({ known }: Books, { creatorId, now }: { creatorId: string; now: TaxedMonth }) {
  const assignments = known.filter(
    ({ table, row }) => table === 'creator_payer_assigned' && row.creator_id === creatorId,
  );
  const reports = [...latestIn(assignments, 'creator_payer_assigned', 'valid_from_at').values()];
  const assigned = latestOn(reports, now.creditedOn);
  const own = now.settings.get(assigned?.payer_id ?? MAIN);
  if (own || !assigned) return own;
  const main = now.settings.get(MAIN);
  return main?.payerCountry === assigned.payer_country ? main : undefined;
}

function statusNow(books: Books, which: { creatorId: string; now: TaxedMonth }): Status | undefined {
  const settings = settingsOf(books, which);
  return settings && statusOf(books, { ...which, ...settings, creditedOn: which.now.creditedOn });
}

interface Payee extends TaxSettings {
  readonly creatorId: string;
  readonly creditedOn: string;
}

/** What a creator is to the payer, and the rule and rate that follow (ruling 110). */
function statusOf(books: Books, payee: Payee): Status {
  const form = formOn(books, payee);
  if (payee.payerCountry !== 'US') return residentOf(books, payee, form);
  const hasExpired = !!form?.tax_valid_until_at && form.tax_valid_until_at.slice(0, 10) < payee.creditedOn;
  if (!form || form.tax_form === 'none' || hasExpired) return assumed(payee);
  const hasNumber = form.has_tin === 'true';
  if (form.tax_form === 'w9') {
    const isIdentified = hasNumber && form.backup_withholding !== 'true';
    return ruled(payee, isIdentified ? 'domestic' : 'domestic_unidentified', { basis: 'documented' });
  }
  const isClaimed = hasNumber && form.treaty_country && form.treaty_country === form.tax_country;
  if (isClaimed && ruleOf(payee, 'foreign_treaty', form.treaty_country)) {
    const claimedPpm = BigInt(form.treaty_claim ?? '0') * 100n;
    return ruled(payee, 'foreign_treaty', { basis: 'documented', treatyCountry: form.treaty_country, claimedPpm });
  }
  return ruled(payee, 'foreign', { basis: 'documented' });
}

/** Elsewhere than in the United States, the residence decides: that of the form, also of one that has expired, else that of the account. */
function residentOf({ known }: Books, payee: Payee, form: RawRow | undefined): Status {
  const account = latestIn(known, 'creator_signed_up', 'creator_id').get(payee.creatorId);
  const residence = form?.tax_country ?? account?.country;
  if (!residence) return assumed(payee);
  return ruled(payee, residence === payee.payerCountry ? 'domestic' : 'foreign', { basis: 'documented' });
}

/** Of a creator who has given no form that counts, what finance has chosen. A country without a rule for residents without a number has none. */
function assumed(payee: Payee): Status {
  if (payee.treatment === 'not_withheld') return ruled(payee, 'domestic', { basis: 'assumed' });
  const isUnidentified = payee.treatment === 'as_unidentified' && ruleOf(payee, 'domestic_unidentified');
  return ruled(payee, isUnidentified ? 'domestic_unidentified' : 'foreign', { basis: 'assumed' });
}

/** The latest form that was signed, or report without a form, by the day of the credit. Of one instant, the latest recorded report counts. */
function formOn({ known }: Books, { creatorId, creditedOn }: Payee): RawRow | undefined {
  const reports = known.filter(({ table, row }) => table === 'tax_status_changed' && row.creator_id === creatorId);
  const ofInstants = [...latestIn(reports, 'tax_status_changed', 'timestamp').values()];
  const begun = ofInstants.filter((row) => (row.tax_valid_from_at ?? row.timestamp).slice(0, 10) <= creditedOn);
  return begun.at(-1);
}

interface Ruling {
  readonly basis: Status['basis'];
  readonly treatyCountry?: string | null | undefined;
  readonly claimedPpm?: bigint;
}

function ruled(payee: Payee, status: PayeeStatus, { basis, treatyCountry, claimedPpm = 0n }: Ruling): Status {
  const rule = ruleOf(payee, status, treatyCountry);
  if (!rule) throw new Error(`There is no rule for ${status} in ${payee.payerCountry}.`);
  const { withholding_rule_id: ruleId, withholding_rate_ppm: rate, is_payer_source_only: isPayerSourceOnly } = rule;
  const highest = ruleOf(payee, 'foreign')?.withholding_rate_ppm ?? rate;
  const { payerCountry } = payee;
  return { payerCountry, status, basis, ruleId, ppm: within(rate, claimedPpm, highest), isPayerSourceOnly };
}

function within(lowest: bigint, value: bigint, highest: bigint): bigint {
  if (value < lowest || highest < lowest) return lowest;
  return value < highest ? value : highest;
}

function ruleOf({ payerCountry, creditedOn }: Payee, status: PayeeStatus, treatyCountry?: string | null) {
  return WITHHOLDING_RULES.find(
    (rule) =>
      rule.payer_country === payerCountry &&
      rule.payee_status === status &&
      (rule.treaty_country ?? undefined) === (treatyCountry ?? undefined) &&
      rule.effective_from_on <= creditedOn &&
      creditedOn < (rule.effective_until_on ?? '9999-12-31'),
  );
}

interface Place {
  readonly payerCountry: string;
  readonly developers: TaxedMonth['developers'];
}

/** The part of a movement that was used outside the payer's country, in whole parts per million, rounded down (ruling 111). */
function elsewherePpm({ facts }: Books, royalty: Royalty, { developers, payerCountry }: Place): bigint {
  const isElsewhere = (country: string | null | undefined): boolean => !!country && country !== payerCountry;
  const { saleId, correction, uses } = royalty;
  const countryOf = (developerId: string | null | undefined) => developers.get(developerId ?? '')?.country;
  if (uses) {
    const elsewhere = sumOf(uses.filter((use) => isElsewhere(countryOf(use.developerId))).map(({ amount }) => amount));
    const all = sumOf(uses.map(({ amount }) => amount));
    return all === 0n ? 0n : (elsewhere * WHOLE_PPM) / all;
  }
  const row = facts.get(
    saleId === undefined ? factKey('use', correction?.correctedId ?? '') : factKey('sale', saleId),
  )?.row;
  return isElsewhere(row?.buyer_country ?? countryOf(row?.developer_id)) ? WHOLE_PPM : 0n;
}

/** Half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  return dividend < 0n ? -roundedRatio(-dividend, divisor) : roundedRatio(dividend, divisor);
}
