import { type Close, closeOf } from '../../transforms/ledger/closing.ts';
import { requireExponent } from '../../warehouse/currencies.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { decimalOf, decimalToMinor, parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { nextPeriod, type Period, parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { AmountName, CreatorYear, QuarterAmounts, RuleAmounts, TaxYear } from './document.ts';
import type { YearBasis } from './tax-file.ts';

const QUERIES = readQueries(import.meta.url, 'tax.queries.sql', {
  credited: ['first', 'last'],
  stated: ['first', 'last'],
  withheld: ['first', 'last'],
  changed_earlier: ['first', 'last'],
  paid: ['first', 'last'],
});

type Key = { readonly creator_id: string; readonly currency: string };
type Credited = Key & {
  readonly period: string;
  readonly credited_minor: bigint;
  readonly taken_back_minor: bigint;
  readonly adjusted_minor: bigint;
  readonly fee_amount: string;
  readonly activity_count: bigint;
};
type Stated = Key & { readonly stated_minor: bigint; readonly withheld_minor: bigint };
type Withheld = Key & Omit<RuleAmounts, 'earlier_on'> & Readonly<Record<'period' | 'credited_on', string>>;
type Earlier = Key & Readonly<Record<'period' | 'credited_period' | 'royalty_amount' | 'fee_amount', string>>;
type Paid = Key & Readonly<Record<'paid_month' | 'sent_amount' | 'returned_amount', string>>;

/** Throws `Rejected` unless the text names a year from 2000 to 2099. */
export function parseYear(text: string): string {
  if (!/^20[0-9]{2}$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is not a tax year; write it as 2026.`);
  return text;
}

/** The periods that count for a year, and the one that must be closed last. */
export function periodsOf(year: string, basis: YearBasis): { first: Period; last: Period; needed: Period } {
  const last = parsePeriod(`${year}-11`);
  // The payouts of December are booked with December.
  const needed = basis === 'paid' ? parsePeriod(`${year}-12`) : last;
  return { first: parsePeriod(`${Number(year) - 1}-12`), last, needed };
}

/**
 * A calendar year, by creator and currency, from closed periods of the ledger alone. A month is credited on the first day after it, so
 * December belongs to the next year; a payout counts on its own day. Throws `Conflict` while a month of the year is open, and
 * `InvariantBroken` if lines and statements differ.
 */
export async function readTaxYear(
  warehouse: Pick<Warehouse, 'query'>,
  { year, basis }: { year: string; basis: YearBasis },
): Promise<TaxYear> {
  const { first, last, needed } = periodsOf(year, basis);
  const close = await closeOf(warehouse, needed);
  if (!close) {
    throw new Conflict(
      `The tax year ${year} cannot be read, because ${needed} is open; close it first (year_basis ${basis}).`,
    );
  }
  const credited = await warehouse.query<Credited>(...QUERIES.credited(first, last));
  const withheld = await warehouse.query<Withheld>(...QUERIES.withheld(first, last));
  const paid = await warehouse.query<Paid>(...QUERIES.paid(`${year}-01`, `${year}-12`));
  const earlier = await warehouse.query<Earlier>(...QUERIES.changed_earlier(first, last));
  const creators = composed({ year, credited, withheld, earlier, paid });
  assertStated(creators, await warehouse.query<Stated>(...QUERIES.stated(first, last)));
  return taxYear({ year, first, last, close, creators });
}

interface Composed {
  readonly year: string;
  readonly first: Period;
  readonly last: Period;
  readonly close: Close;
  readonly creators: readonly CreatorYear[];
}

function taxYear({ year, first, last, close, creators }: Composed): TaxYear {
  const { cutoff_at, seal } = close;
  return { year, first_period: first, last_period: last, cutoff_at, seal, creators };
}

interface Draft extends Key {
  readonly quarters: Record<AmountName, bigint>[];
  readonly fees: bigint[];
  readonly rules: Map<string, RuleAmounts>;
  readonly earlier: Earlier[];
  hasMonthWithoutRule: boolean;
}

interface Rows {
  readonly year: string;
  readonly credited: readonly Credited[];
  readonly withheld: readonly Withheld[];
  readonly earlier: readonly Earlier[];
  readonly paid: readonly Paid[];
}

function composed(rows: Rows): CreatorYear[] {
  const drafts = new Map<string, Draft>();
  const draftOf = ({ creator_id, currency }: Key): Draft => {
    const key = JSON.stringify([creator_id, currency]);
    const draft = drafts.get(key) ?? { creator_id, currency, ...emptyDraft() };
    drafts.set(key, draft);
    return draft;
  };
  const monthOf = ({ creator_id, currency, period }: Key & { period: string }): string =>
    JSON.stringify([creator_id, currency, period]);
  const isOfPeriod = ({ period, credited_on }: Withheld): boolean => credited_on === creditedOn(period);
  const ruled = new Set(rows.withheld.filter(isOfPeriod).map(monthOf));
  for (const row of rows.credited) {
    const draft = draftOf(row);
    const quarter = quarterOfCredit(row.period);
    if (row.credited_minor !== 0n && !ruled.has(monthOf(row))) draft.hasMonthWithoutRule = true;
    for (const name of ['credited_minor', 'taken_back_minor', 'adjusted_minor', 'activity_count'] as const) {
      add(draft, { quarter, name, amount: row[name] });
    }
    draft.fees[quarter] = (draft.fees[quarter] ?? 0n) + parseDecimal(row.fee_amount);
  }
  for (const row of rows.withheld) {
    const draft = draftOf(row);
    add(draft, { quarter: quarterOfCredit(row.period), name: 'withheld_minor', amount: row.withheld_minor });
    addRule(draft, row, rows.year);
  }
  for (const row of rows.earlier) draftOf(row).earlier.push(row);
  for (const row of rows.paid) {
    const draft = draftOf(row);
    const quarter = quarterOf(Number(row.paid_month.slice(5)));
    add(draft, { quarter, name: 'sent_minor', amount: decimalToMinor(row.sent_amount, row.currency) });
    add(draft, { quarter, name: 'returned_minor', amount: decimalToMinor(row.returned_amount, row.currency) });
  }
  const order = ({ creator_id, currency }: Key): string => JSON.stringify([creator_id, currency]);
  return [...drafts.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(finished);
}

const emptyDraft = (): Pick<Draft, 'quarters' | 'fees' | 'rules' | 'earlier' | 'hasMonthWithoutRule'> => ({
  quarters: Array.from({ length: 4 }, () => ({ ...NOTHING })),
  fees: [0n, 0n, 0n, 0n],
  rules: new Map(),
  earlier: [],
  hasMonthWithoutRule: false,
});

export const NOTHING: QuarterAmounts = {
  ...{ credited_minor: 0n, taken_back_minor: 0n, adjusted_minor: 0n, fee_minor: 0n },
  ...{ withheld_minor: 0n, sent_minor: 0n, returned_minor: 0n, activity_count: 0n },
};

/** From 0. */
const quarterOf = (month: number): number => Math.floor((month - 1) / 3);

/** A month is credited on the first day after it. */
const creditedOn = (period: string): string => `${nextPeriod(parsePeriod(period))}-01`;
const quarterOfCredit = (period: string): number => quarterOf((Number(period.slice(5)) % 12) + 1);

function add(draft: Draft, { quarter, name, amount }: { quarter: number; name: AmountName; amount: bigint }): void {
  const amounts = requirePresent(draft.quarters[quarter], 'A year has four quarters.');
  amounts[name] += amount;
}

/**
 * What was taken back of earlier years. Of one month that credited it, what is credited again makes up for it; of another month, not. Royalties are rounded
 * down, as lines are together, and the fee by quarter, so that without it no year is negative because of rounding.
 */
function takenBackEarlier(
  rows: readonly Earlier[],
  currency: string,
): { earlier_minor: bigint; earlier_fee_minor: bigint } {
  const sum = (of: readonly Earlier[], name: 'royalty_amount' | 'fee_amount'): bigint =>
    of.reduce((total, row) => total + parseDecimal(row[name]), 0n);
  const credits = [...Map.groupBy(rows, ({ credited_period }) => credited_period).values()];
  const taken = credits.filter((of) => sum(of, 'royalty_amount') < 0n).flat();
  const quarters = [...Map.groupBy(taken, ({ period }) => quarterOfCredit(period)).values()];
  const unit = 10n ** BigInt(9 - requireExponent(currency));
  return {
    earlier_minor: -((unit - 1n - sum(taken, 'royalty_amount')) / unit),
    earlier_fee_minor: quarters.reduce((total, of) => total + roundedMinor(sum(of, 'fee_amount'), currency), 0n),
  };
}

function addRule({ rules }: Draft, row: Withheld, year: string): void {
  const { payer_country, payee_status, withholding_rule_id, withholding_rate_ppm } = row;
  const earlier_on = row.credited_on < `${year}-01-01` ? row.credited_on : null;
  const key = JSON.stringify([withholding_rule_id, String(withholding_rate_ppm), earlier_on]);
  const before = rules.get(key);
  const taxable = parseDecimal(row.taxable_amount) + parseDecimal(before?.taxable_amount ?? '0');
  rules.set(key, {
    ...{ earlier_on, payer_country, payee_status, withholding_rule_id, withholding_rate_ppm },
    taxable_amount: decimalOf(taxable),
    withheld_minor: row.withheld_minor + (before?.withheld_minor ?? 0n),
  });
}

function finished({ creator_id, currency, quarters, fees, rules, earlier, hasMonthWithoutRule }: Draft): CreatorYear {
  const rounded = quarters.map((amounts, index) => ({
    ...amounts,
    fee_minor: roundedMinor(fees[index] ?? 0n, currency),
  }));
  return {
    ...{ creator_id, currency, quarters: rounded, rules: [...rules.values()] },
    ...takenBackEarlier(earlier, currency),
    has_month_without_rule: hasMonthWithoutRule,
  };
}

export function sumOf({ quarters }: Pick<CreatorYear, 'quarters'>, name: AmountName): bigint {
  return quarters.reduce((sum, amounts) => sum + amounts[name], 0n);
}

/** What a year has of a creator is what the creator's statements have. */
function assertStated(creators: readonly CreatorYear[], stated: readonly Stated[]): void {
  const byKey = new Map(stated.map((row) => [JSON.stringify([row.creator_id, row.currency]), row]));
  for (const each of creators) {
    const { creator_id, currency } = each;
    const key = JSON.stringify([creator_id, currency]);
    const owed = sumOf(each, 'credited_minor') + sumOf(each, 'taken_back_minor') + sumOf(each, 'adjusted_minor');
    const { stated_minor = 0n, withheld_minor = 0n } = byKey.get(key) ?? {};
    const isEqual = owed === stated_minor && sumOf(each, 'withheld_minor') === withheld_minor;
    invariant(isEqual, `The year of ${creator_id} in ${currency} must be that of its statements, but it differs.`);
    byKey.delete(key);
  }
  const odd = [...byKey.values()].find((row) => row.stated_minor !== 0n || row.withheld_minor !== 0n);
  invariant(!odd, `The statements of ${odd?.creator_id} in ${odd?.currency} must be part of the year, but are not.`);
}
