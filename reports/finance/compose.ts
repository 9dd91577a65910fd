import type { reconciliations } from '../../transforms/marts/reconciliations.ts';
import type { stripeBridge } from '../../transforms/marts/stripe_bridge.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { type BreakRow, whatToDo } from './break-sentences.ts';
import { decimalIn, type NegativeBalance, negativeOf, type ReturnedPayout, returnOf } from './connected.ts';
import type {
  FinanceReport,
  ReportedBalance,
  ReportedBreak,
  ReportedCategory,
  ReportedDifference,
  ReportedPayout,
} from './document.ts';

type BridgeLine = Row<typeof stripeBridge>;

/** A payout to the bank as Stripe has it. */
export type BankPayout = {
  readonly id_stripe: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly status_stripe: string;
  readonly created_at: string;
  readonly arrives_at: string;
};

interface Acknowledgement {
  readonly sentence: string;
  readonly acknowledged_by: string;
  readonly acknowledged_at: string;
}

/** A break with what is known of it beside the mart. */
export interface BreakSource extends BreakRow {
  readonly priority: string;
  readonly what_happened: string;
  readonly whose_money: string;
  readonly creators: readonly string[];
  readonly cure: string;
  readonly age_days: number;
  readonly break_state: string;
  readonly first_seen_at: string | null;
  readonly owner: string | null;
  readonly acknowledgement: Acknowledgement | null;
  readonly earlier_acknowledgements: readonly Acknowledgement[];
}

/** All that the report is composed from: plain values. */
export interface FinanceSources {
  readonly period: string;
  readonly composedAt: string;
  readonly issuerName: string;
  readonly verdict: string;
  readonly reason: string;
  readonly breaks_by_state: FinanceReport['breaks_by_state'];
  readonly bridge: readonly BridgeLine[];
  readonly movements: readonly Row<typeof reconciliations>[];
  readonly payouts: readonly BankPayout[];
  readonly returned: readonly ReturnedPayout[];
  readonly negative: readonly NegativeBalance[];
  readonly stripe_reports: readonly ReportedDifference[];
  readonly breaks: readonly BreakSource[];
  readonly comparison_overrides: FinanceReport['comparison_overrides'];
}

/** Composes the report. Open breaks come first, then those in grace, then the acknowledged ones; in each, high priority first. */
export function composeReport(sources: FinanceSources): FinanceReport {
  const { period, composedAt, issuerName, verdict, reason, breaks_by_state, bridge, movements } = sources;
  const balances = Map.groupBy(bridge, ({ balance_type, currency }) => JSON.stringify([balance_type, currency]));
  return {
    schema_version: '1',
    ...{ period, composed_at: composedAt, issuer: issuerName, verdict, reason, breaks_by_state },
    balances: [...balances.values()].map(balanceOf),
    bank_payouts: sources.payouts.map(payoutOf),
    returned_payouts: sources.returned.map(returnOf),
    negative_balances: sources.negative.map(negativeOf),
    matched: movements.map(({ flow_kind, match_status, currency, flow_count, settled_currency, ...sums }) => ({
      ...{ kind: flow_kind, result: match_status, currency, count: Number(flow_count) },
      ...{ our_books: match_status === 'own' ? null : decimalIn(sums.ledger_minor, currency) },
      stripe: decimalIn(sums.stripe_minor, currency),
      settled_as: settled_currency && `${decimalIn(sums.settled_minor ?? 0n, settled_currency)} ${settled_currency}`,
    })),
    stripe_reports: sources.stripe_reports,
    breaks: sources.breaks.toSorted((a, b) => rankOf(a) - rankOf(b)).map(breakOf),
    comparison_overrides: sources.comparison_overrides,
  };
}

const STATES: readonly string[] = ['open', 'in_grace', 'acknowledged'];
const PRIORITIES: readonly string[] = ['high', 'medium', 'low'];

const rankOf = ({ break_state, priority }: BreakSource): number =>
  STATES.indexOf(break_state) * PRIORITIES.length + PRIORITIES.indexOf(priority);

const nullable = (minor: bigint | null, currency: string | null): string | null =>
  minor === null ? null : decimalIn(minor, currency);

function balanceOf(lines: readonly BridgeLine[]): ReportedBalance {
  const [{ balance_type, currency }] = lines as [BridgeLine];
  const netOf = (name: string): string | null => {
    const line = lines.find(({ bridge_line }) => bridge_line === name);
    return line ? decimalIn(line.net_minor, currency) : null;
  };
  const [activity, payouts] = ['activity', 'payouts'].map((name) =>
    lines.filter(({ bridge_line }) => bridge_line === name),
  ) as [BridgeLine[], BridgeLine[]];
  return {
    ...{ balance_type, currency, opening: netOf('opening') ?? decimalIn(0n, currency) },
    ...{ activity: activity.map(categoryOf), activity_total: totalOf('All activity', activity, currency) },
    ...{ payouts: payouts.map(categoryOf), payouts_total: totalOf('All payouts', payouts, currency) },
    ...{ closing: netOf('closing') ?? decimalIn(0n, currency), at_stripe: netOf('retrieved') },
    ...{ residual: netOf('residual'), booked: netOf('booked') },
  };
}

function categoryOf({ bridge_category, currency, movement_count, ...minor }: BridgeLine): ReportedCategory {
  return {
    ...{ category: bridge_category, count: Number(movement_count), gross: decimalIn(minor.gross_minor, currency) },
    ...{ fee: decimalIn(minor.fee_minor, currency), net: decimalIn(minor.net_minor, currency) },
  };
}

function totalOf(category: string, lines: readonly BridgeLine[], currency: string): ReportedCategory {
  const sum = (name: 'movement_count' | 'gross_minor' | 'fee_minor' | 'net_minor') =>
    lines.reduce((total, line) => total + line[name], 0n);
  return {
    ...{ category, count: Number(sum('movement_count')), gross: decimalIn(sum('gross_minor'), currency) },
    ...{ fee: decimalIn(sum('fee_minor'), currency), net: decimalIn(sum('net_minor'), currency) },
  };
}

function payoutOf({
  id_stripe,
  amount_minor,
  currency,
  status_stripe,
  created_at,
  arrives_at,
}: BankPayout): ReportedPayout {
  return {
    ...{ payout_id_stripe: id_stripe, created_on: created_at.slice(0, 10), arrives_on: arrives_at.slice(0, 10) },
    ...{ status: status_stripe, currency, amount: decimalIn(amount_minor, currency) },
  };
}

function breakOf(each: BreakSource): ReportedBreak {
  const { break_id, break_class, priority, break_state, currency, settled_currency, age_days, first_seen_at, owner } =
    each;
  const acknowledgements = [each.acknowledgement, ...each.earlier_acknowledgements].filter((given) => given !== null);
  return {
    ...{ break_id, break_class, priority, state: break_state, currency },
    ...{
      our_books: nullable(each.ledger_minor, currency),
      stripe: nullable(each.stripe_minor, each.stripe_currency ?? currency),
    },
    stripe_currency: each.stripe_currency,
    ...{ settled: nullable(each.settled_minor, settled_currency), settled_currency, age_days, first_seen_at, owner },
    ...{
      what_happened: each.what_happened,
      whose_money: each.whose_money,
      creators: each.creators,
      what_to_do: whatToDo(each),
    },
    acknowledgements: acknowledgements.map(({ sentence, acknowledged_by, acknowledged_at }, index) => ({
      ...{ sentence, acknowledged_by, acknowledged_at },
      is_in_force: index === 0 && break_state === 'acknowledged',
    })),
  };
}
