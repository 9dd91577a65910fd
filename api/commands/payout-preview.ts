import type { PayoutPreview, PreviewedPayout } from '../../jobs/payouts/preview.ts';
import type { PayoutTotal } from '../../jobs/payouts/totals.ts';
import { percentOf } from '../../reports/statement/explanations.ts';
import { shown } from './breaks.ts';

/** A preview for people: totals first, then what needs a look, then every payout. */
export function shownPreview(preview: PayoutPreview): Readonly<Record<string, unknown>> {
  const { totals, largest, payouts, last_paid, open_breaks, exceptions, ...seen } = preview;
  const {
    above_limits,
    not_paid,
    changed_accounts,
    quarantined_money,
    holds,
    first_time_payees,
    approved_by,
    ...head
  } = seen;
  const byId = new Map(payouts.map((each) => [each.payout_id, each]));
  return {
    ...{ ...head, approved_by: approved_by.join(', ') || null },
    above_limits: above_limits.map(({ payout_id, creator_id, currency, ...minor }) => ({
      ...{ payout: payout_id ?? 'the batch', creator_id, amount: shown(minor.amount_minor, currency) },
      limit: shown(minor.limit_minor, currency),
    })),
    totals: totals.map((total) => ({ ...shownTotal(total), ...comparedWith(total, last_paid) })),
    ...(last_paid && { last_paid_period: last_paid.period, last_paid: last_paid.totals.map(shownTotal) }),
    largest: largest.flatMap((id) => byId.get(id) ?? []).map(lineOf),
    first_time_payees: first_time_payees.join(' ') || null,
    changed_accounts,
    holds,
    open_breaks: open_breaks.count,
    first_open_breaks: open_breaks.first,
    exceptions: exceptions.count,
    first_exceptions: exceptions.first,
    quarantined_money,
    not_paid,
    payouts: payouts.map(lineOf),
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

function lineOf(each: PreviewedPayout): object {
  const { payout_id, creator_id, currency, account_id_stripe, last_period, last_account_id_stripe } = each;
  return {
    ...{ payout_id, creator_id, amount: shown(each.amount_minor, currency), account: account_id_stripe },
    last_period: each.is_first_payout ? 'first payout' : last_period,
    last_amount: shown(each.last_amount_minor, currency),
    of_the_last: each.amount_ratio_bps === null ? null : percentOf(BigInt(each.amount_ratio_bps)),
    other_account_before: last_account_id_stripe,
  };
}
