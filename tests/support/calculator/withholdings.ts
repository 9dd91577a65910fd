import { WITHHOLDING_RULES } from '../../../transforms/seeds/withholding-rules.ts';
import type { PayeeStatus } from '../../../warehouse/vocabulary/tax.ts';
import { minorUnit, roundedRatio, sumOf } from './amounts.ts';
import { type Books, keyOf, type Royalty, type Withholding } from './books.ts';
import { compareTexts, factKey, latestIn, type RawRow } from './facts.ts';

const WHOLE_PPM = 1_000_000n;

/** What is withheld of the royalties of a period by creator and currency (rulings 109 to 113). */
export function withholdingsOf(books: Books, royalties: readonly Royalty[]): Map<string, Withholding> {
  const creditedOn = books.endsAt.slice(0, 10);
  const settings = settingsOn(books, creditedOn);
  const withheld = new Map<string, Withholding>();
  if (!settings) return withheld;
  const developers = latestIn(books.known, 'developer_signed_up', 'developer_id');
  const isElsewhere = (country: string | null | undefined): boolean => !!country && country !== settings.payerCountry;
  const ppmOf = (royalty: Royalty): bigint => WHOLE_PPM - elsewherePpm(books, royalty, { developers, isElsewhere });
  const credited = royalties.filter(({ correction }) => correction?.kind !== 'balance');
  const before = ofYearBefore(books, { creditedOn, ...settings });
  for (const [key, rows] of Map.groupBy(credited, keyOf)) {
    const [{ creatorId, currency }] = rows as [Royalty];
    const { ppm, isPayerSourceOnly, ...status } = statusOf(books, { creatorId, creditedOn, ...settings });
    const amount = sumOf(rows.map(({ royalty }) => royalty));
    const ofSource = sumOf(rows.map((row) => rounded(row.royalty * ppmOf(row), WHOLE_PPM)));
    const taxable = isPayerSourceOnly ? ofSource : amount;
    const tax = rounded(taxable * ppm, WHOLE_PPM * minorUnit(currency));
    const soFar = before.get(key)?.ofYear ?? 0n;
    const notGivenBack = tax < -soFar ? -soFar - tax : 0n;
    const minor = tax + notGivenBack;
    withheld.set(key, {
      ...{ creatorId, currency, creditedOn, payerCountry: settings.payerCountry, ...status, ppm },
      ...{ credited: amount, taxable, minor, ofYear: soFar + minor, notGivenBack },
    });
  }
  // Of a creator without royalties in the month, the tax of the year is what it was.
  for (const [key, row] of before)
    if (!withheld.has(key))
      withheld.set(key, { ...row, creditedOn, credited: 0n, taxable: 0n, minor: 0n, notGivenBack: 0n });
  return withheld;
}

interface Settings {
  readonly payerCountry: string;
  readonly treatment: string;
}

/** The settings that are in force on a day; undefined before the first ones (ruling 109). */
function settingsOn({ known }: Books, day: string): Settings | undefined {
  const latest = [...latestIn(known, 'tax_settings_changed', 'valid_from_at').values()];
  const inForce = latest
    .filter(({ valid_from_at }) => (valid_from_at ?? '').slice(0, 10) <= day)
    .sort((a, b) => compareTexts(a.valid_from_at ?? '', b.valid_from_at ?? ''))
    .at(-1);
  return inForce && { payerCountry: inForce.payer_country ?? '', treatment: inForce.undocumented_treatment ?? '' };
}

interface Status {
  readonly status: PayeeStatus;
  readonly basis: 'documented' | 'assumed';
  readonly ruleId: string;
  readonly ppm: bigint;
  readonly isPayerSourceOnly: boolean;
}

interface Payee extends Settings {
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
  return { status, basis, ruleId, ppm: within(claimedPpm, rate, highest), isPayerSourceOnly };
}

function within(claimed: bigint, lowest: bigint, highest: bigint): bigint {
  if (claimed < lowest) return lowest;
  return [claimed, highest].reduce((a, b) => (b < a ? b : a));
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

interface Places {
  readonly developers: ReadonlyMap<string, RawRow>;
  readonly isElsewhere: (country: string | null | undefined) => boolean;
}

/** The part of a movement that was used outside the payer's country, in whole parts per million, rounded down (ruling 111). */
function elsewherePpm({ facts }: Books, royalty: Royalty, { developers, isElsewhere }: Places): bigint {
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

/** What the month before has withheld for the same country in the same calendar year (ruling 112). */
function ofYearBefore(
  { previous }: Books,
  { creditedOn, payerCountry }: { creditedOn: string; payerCountry: string },
): Map<string, Withholding> {
  const year = creditedOn.slice(0, 4);
  return new Map(
    [...(previous?.withholdings ?? [])].filter(
      ([, row]) => row.payerCountry === payerCountry && row.creditedOn.startsWith(year),
    ),
  );
}
