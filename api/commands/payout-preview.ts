import type { PayoutPreview, PreviewedPayout } from '../../jobs/payouts/preview.ts';
import type { PayoutTotal } from '../../jobs/payouts/totals.ts';
import { percentOf } from '../../reports/statement/explanations.ts';
import { shown } from './breaks.ts';

/** How many first-time payees of each currency are shown. */
const FIRST_TIME_PAYEES = 10;

/** A preview for people, in tables for 80 columns: totals first, then what needs a look; with `all`, every payout, where it goes and what has changed, otherwise the largest. */
export function shownPreview(
  preview: PayoutPreview,
  { all = false }: { readonly all?: boolean } = {},
): Readonly<Record<string, unknown>> {
  const { totals, largest, payouts, last_paid, open_breaks, exceptions, ...seen } = preview;
  const { above_limits, not_paid, changed_accounts, quarantined_money, holds, approved_by, ...others } = seen;
  const { first_time_payees, comparison_overrides, ...head } = others;
  const byId = new Map(payouts.map((each) => [each.payout_id, each]));
  const moved = payouts.filter((each) => each.last_account_id_stripe !== null);
  return {
    ...{ ...head, approved_by: approved_by.join(', ') || null },
    ...{ payouts_planned: payouts.length, first_time_payees: first_time_payees.length },
    ...{ open_breaks: open_breaks.count, exceptions: exceptions.count },
    totals: totals.map((total) => ({ ...shownTotal(total), ...comparedWith(total, last_paid) })),
    ...(last_paid && { last_paid_period: last_paid.period, last_paid: last_paid.totals.map(shownTotal) }),
    above_limits: above_limits.map(({ payout_id, creator_id, currency, ...minor }) => ({
      ...{ of: payout_id === null ? 'the batch' : creator_id, amount: shown(minor.amount_minor, currency) },
      limit: shown(minor.limit_minor, currency),
    })),
    holds,
    changed_accounts: changed_accounts.map(({ creator_id, account_id_stripe, first_reported_at, is_paid }) => ({
      ...{
        creator_id,
        account: account_id_stripe,
        since: first_reported_at.slice(0, 10),
        paid: is_paid ? 'yes' : 'no',
      },
    })),
    ...(moved.length > 0 && { paid_elsewhere_before: moved.map(elsewhere) }),
    ...(comparison_overrides.length > 0 && { comparison_overrides }),
    ...(open_breaks.count > 0 && { first_open_breaks: open_breaks.first }),
    ...(exceptions.count > 0 && { first_exceptions: exceptions.first.map(exceptionOf) }),
    quarantined_money,
    not_paid: not_paid.map(({ reason, balance_count, meaning }) => ({ reason, balances: balance_count, meaning })),
    ...(first_time_payees.length > 0 && {
      largest_first_time_payees: largestFirst(payouts).map(whereOf),
    }),
    ...(all
      ? { payouts: payouts.map(whereOf), since_the_last_payouts: payouts.map(lineOf) }
      : { largest: largest.flatMap((id) => byId.get(id) ?? []).map(lineOf), more: `--all shows every payout.` }),
  };
}

const shownTotal = ({ currency, payout_count, amount_minor }: PayoutTotal): object => ({
  ...{ payouts: payout_count, amount: shown(amount_minor, currency) },
});

/** How many more or fewer than for the last period, and of what amount. */
function comparedWith({ currency, ...now }: PayoutTotal, last: PayoutPreview['last_paid']): object {
  const before = last?.totals.find((each) => each.currency === currency);
  if (before === undefined) return {};
  const more = BigInt(now.amount_minor) - BigInt(before.amount_minor);
  return { more_payouts: now.payout_count - before.payout_count, more: shown(more, currency) };
}

/** The largest of those who were never paid before, of each currency. */
function largestFirst(payouts: readonly PreviewedPayout[]): PreviewedPayout[] {
  const first = payouts.filter((each) => each.is_first_payout);
  return [...Map.groupBy(first, ({ currency }) => currency)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, some]) => some.toSorted(byAmount).slice(0, FIRST_TIME_PAYEES));
}

/** JSON has amounts as numbers or as text. */
function byAmount(one: PreviewedPayout, other: PreviewedPayout): number {
  return BigInt(one.amount_minor) > BigInt(other.amount_minor) ? -1 : 1;
}

/** What has changed since the creator was last paid. */
function lineOf(each: PreviewedPayout): object {
  const { creator_id, currency, is_first_payout, amount_ratio_bps } = each;
  return {
    ...{ creator_id, amount: shown(each.amount_minor, currency) },
    last: is_first_payout ? 'first payout' : shown(each.last_amount_minor, currency),
    of_the_last: amount_ratio_bps === null ? null : percentOf(BigInt(amount_ratio_bps)),
    account_in: accountIn(each),
  };
}

function whereOf(each: PreviewedPayout): object {
  const { creator_id, currency, account_id_stripe, account_masked, payout_rail } = each;
  return {
    ...{ creator_id, amount: shown(each.amount_minor, currency), account: account_masked ?? account_id_stripe },
    in: accountIn(each),
    ...(payout_rail !== 'stripe' && { by: payout_rail }),
  };
}

/** Country and currency of the account. */
function accountIn({ account_country, account_currency }: PreviewedPayout): string | null {
  return [account_country, account_currency].filter((word) => word !== null).join(' ') || null;
}

function elsewhere({ creator_id, currency, amount_minor, last_account_id_stripe }: PreviewedPayout): object {
  return { creator_id, amount: shown(amount_minor, currency), account_before: last_account_id_stripe };
}

function exceptionOf({ exception_id, meaning, is_acknowledged }: PayoutPreview['exceptions']['first'][number]): object {
  return { exception_id, meaning, accepted: is_acknowledged ? 'yes' : 'no' };
}
