import { CURRENCIES, requireExponent } from '../warehouse/currencies.ts';
import { Conflict } from '../warehouse/errors.ts';
import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../warehouse/money.ts';
import { type Period, periodOf } from '../warehouse/period.ts';
import { EXCEPTION_REASON_NAMES, type ExceptionReason } from '../warehouse/vocabulary/exceptions.ts';
import type { ExceptionRow, PeriodException } from './exceptions.ts';

/** The exceptions of a period with one reason and currency. */
interface ReasonTotal {
  readonly exception_reason: string;
  readonly exception_count: number;
  readonly fact_count: number;
  readonly currency: string | null;
  /** Null if none of them has an amount. */
  readonly suspended_amount: string | null;
}

/** How many exceptions there are and their amounts, as part of the outcome of a job. */
export function exceptionTotals(exceptions: readonly ExceptionRow[]): {
  readonly exceptions: number;
  readonly exceptions_by_reason: readonly ReasonTotal[];
} {
  const exceptions_by_reason = byReason(exceptions).flatMap(([exception_reason, ofReason]) =>
    [...Map.groupBy(ofReason, ({ currency }) => currency ?? '')].sort(byKey).map(([currency, some]) => {
      const amounts = some.flatMap(({ suspended_amount }) => (suspended_amount === null ? [] : [suspended_amount]));
      return {
        exception_reason,
        exception_count: some.length,
        fact_count: some.reduce((sum, { fact_count }) => sum + Number(fact_count), 0),
        currency: currency === '' ? null : currency,
        suspended_amount: amounts.length === 0 ? null : decimalOf(sumOf(amounts.map(parseDecimal))),
      };
    }),
  );
  return { exceptions: exceptions.length, exceptions_by_reason };
}

/** A period is not closed, because finance has not acknowledged every exception. */
export class ClosingRefused extends Conflict {}

const HELD: readonly string[] = ['charge_missing', 'charge_exceeded', 'license_repeated'] satisfies ExceptionReason[];

/** What is booked and on hold keeps no month open: nothing of it is paid until it is cured. */
export function isOnHold({ exception_reason, flagged_amount }: ExceptionRow): boolean {
  return flagged_amount !== null && HELD.includes(exception_reason);
}

/** Why a period cannot be closed: undefined if every exception is acknowledged as it is, or on hold. */
export function refusalOf(
  exceptions: readonly PeriodException[],
  { period, isFirst }: { period: Period; isFirst: boolean },
): ClosingRefused | undefined {
  const open = exceptions.filter((exception) => !exception.is_acknowledged && !isOnHold(exception));
  if (open.length === 0) return undefined;
  const one = open.length === 1;
  const reasons = byReason(open).map(([reason, some]) => `${reason} ${some.length}${amountsAtStake(some)}`);
  const sentences = [
    `${one ? '1 exception' : `${open.length} exceptions`} of ${period} ${one ? 'is' : 'are'} not acknowledged: ${reasons.join(', ')}.`,
    ...changedSentence(open),
    ...(isFirst ? earlierMonthSentence(open, period) : []),
    `Look at ${one ? 'it' : 'them'} with "tantieme exceptions list ${period}", and acknowledge ${one ? 'it' : 'them'} or cure ${one ? 'it' : 'them'} first.`,
  ];
  return new ClosingRefused(sentences.join(' '));
}

function changedSentence(open: readonly PeriodException[]): string[] {
  const changed = open.filter(({ acknowledgement }) => acknowledgement !== null).length;
  if (changed === 0) return [];
  return [
    changed === 1
      ? '1 was acknowledged but has changed since.'
      : `${changed} were acknowledged but have changed since.`,
  ];
}

/** Once the books have begun, an earlier month can no longer be closed. */
function earlierMonthSentence(open: readonly ExceptionRow[], period: Period): string[] {
  const earlier = open.filter(({ exception_reason }) => exception_reason === 'before_first_period');
  const first = earlier.map(({ first_occurred_at }) => first_occurred_at).sort()[0];
  if (first === undefined) return [];
  return [
    `The books would begin with ${period}. To book what happened before it, first in ${periodOf(Date.parse(first))}, close the earlier months first.`,
  ];
}

/** In the order in which the reasons are declared. */
function byReason<T extends ExceptionRow>(exceptions: readonly T[]): [string, T[]][] {
  const groups = Map.groupBy(exceptions, ({ exception_reason }) => exception_reason);
  const rank = (reason: string): number => EXCEPTION_REASON_NAMES.indexOf(reason as ExceptionReason);
  return [...groups].sort(([a], [b]) => rank(a) - rank(b));
}

/** ` (12.00 EUR, 3.00 USD)`: without signs, so that a refund does not hide a sale of the same amount. */
function amountsAtStake(exceptions: readonly ExceptionRow[]): string {
  const withAmount = exceptions.flatMap(({ suspended_amount, flagged_amount, currency }) => {
    const amount = suspended_amount ?? flagged_amount;
    return amount === null || currency === null ? [] : [{ amount: parseDecimal(amount), currency }];
  });
  const sums = [...Map.groupBy(withAmount, ({ currency }) => currency)]
    .sort(byKey)
    .map(([currency, some]) => shown(sumOf(some.map(({ amount }) => (amount < 0n ? -amount : amount))), currency));
  return sums.length === 0 ? '' : ` (${sums.join(', ')})`;
}

/** `12.00 EUR`; an amount below a minor unit, or of an unknown currency, with the places that it has. */
function shown(nanos: bigint, currency: string): string {
  const exact = decimalOf(nanos);
  if (!CURRENCIES.includes(currency)) return `${exact} ${currency}`;
  const isWhole = (exact.split('.')[1]?.length ?? 0) <= requireExponent(currency);
  return `${isWhole ? minorToDecimal(decimalToMinor(exact, currency), currency) : exact} ${currency}`;
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, each) => sum + each, 0n);

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
