import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import type { PayoutBatchesTable, PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import { nextPeriod, type Period } from '../../warehouse/period.ts';
import { breaksOf, type PeriodBreak } from '../breaks.ts';
import { exceptionsOf, type PeriodException } from '../exceptions.ts';
import type { Services } from '../job.ts';
import { bankAccounts } from '../payout-accounts/bank-accounts.ts';
import { quarantinedMoney } from '../quarantined-money.ts';
import { approversNeeded } from './approval.ts';
import { whatIsApproved } from './approve-payouts.ts';
import { linesOf, requireBatch } from './batches.ts';
import { currentHolds, sentenceOf } from './holds.ts';
import { type ComparisonOverride, lastComparison, overridesOfBatch } from './last-comparison.ts';
import { type AboveLimit, aboveLimits } from './limits.ts';
import type { PlannedLine } from './planned-lines.ts';
import { PAYOUT_QUERIES } from './queries.ts';
import { railOf } from './rails/bank/bank-request.ts';
import type { RailName } from './rails/rail.ts';
import { meaningOf } from './stop-reasons.ts';
import { type PayoutTotal, totalsOf } from './totals.ts';

/** How far back changes of accounts are shown. */
const ACCOUNTS_SINCE_MS = 14 * DAY_MS;
const LARGEST = 10;
/** How many breaks and exceptions are shown of each list; their number is always there. */
const FIRST = 5;

/** A payout that is to be approved, and what has changed since the creator was last paid. */
export interface PreviewedPayout {
  readonly payout_id: string;
  readonly creator_id: string;
  /** Null if none was reported. */
  readonly creator_name: string | null;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly account_id_stripe: string | null;
  readonly payout_rail: RailName;
  /** A bank account with most of its number left out; null for an account at Stripe. */
  readonly account_masked: string | null;
  /** The country and the currency of the account, as Stripe named them when it was planned; another one holds the payout. */
  readonly account_country: string | null;
  readonly account_currency: string | null;
  /** Whether the creator was paid for no earlier period, in any currency. */
  readonly is_first_payout: boolean;
  /** The last one in the same currency for an earlier period; null if there is none. */
  readonly last_period: string | null;
  readonly last_amount_minor: bigint | null;
  /** The amount as a share of the last one, rounded down: 10,000 if it is the same. */
  readonly amount_ratio_bps: bigint | null;
  /** Where the creator was last paid, in any currency, if that was another account. */
  readonly last_account_id_stripe: string | null;
}

/** Something that is open: how many there are, and the first few. */
export interface Open<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** What a person must see before approving a batch. Amounts are minor units. */
export interface PayoutPreview
  extends Pick<PayoutBatchesTable, 'batch_id' | 'period' | 'sequence' | 'state' | 'planned_by' | 'planned_at'> {
  /** What an approval is about: see `approvalHashOf`. */
  readonly approval_hash: string;
  /** Who has signed off exactly this. */
  readonly approved_by: readonly string[];
  /** How many people must still sign it off. */
  readonly approvals_missing: number;
  readonly totals: readonly PayoutTotal[];
  /** Ids of the ten largest payouts of each currency. */
  readonly largest: readonly string[];
  /** Ids of the creators who are paid for the first time. */
  readonly first_time_payees: readonly string[];
  readonly payouts: readonly PreviewedPayout[];
  /** What is above a limit; the batch cannot be approved until it is cancelled or the limit is raised. */
  readonly above_limits: readonly AboveLimit[];
  /** The balances that are not paid, by reason. */
  readonly not_paid: readonly {
    readonly reason: string;
    readonly meaning: string | null;
    readonly balance_count: number;
  }[];
  /** Accounts first reported in the last 14 days of creators who had another one. */
  readonly changed_accounts: readonly ChangedAccount[];
  /** The last period before that was paid; null if there is none. */
  readonly last_paid: { readonly period: string; readonly totals: readonly PayoutTotal[] } | null;
  /** When the period was last compared with Stripe completely, and a sentence about it. */
  readonly compared_at: string | null;
  readonly comparison: string;
  /** Who lets this batch be planned and sent without a new comparison, and why. */
  readonly comparison_overrides: readonly Omit<ComparisonOverride, 'sequence'>[];
  /** Breaks of high priority in the period that nobody has acknowledged. */
  readonly open_breaks: Open<Pick<PeriodBreak, 'break_id' | 'break_class' | 'what_happened'>>;
  /** What the period could not book; what is not acknowledged has come since its closing. */
  readonly exceptions: Open<Pick<PeriodException, 'exception_id' | 'exception_reason' | 'meaning' | 'is_acknowledged'>>;
  /** Events about money that wait in the quarantine since the closing. */
  readonly quarantined_money: readonly {
    readonly source_id: string;
    readonly event: string;
    readonly reason: string;
    readonly event_count: bigint;
  }[];
  /** The creators whose payouts a break holds. */
  readonly holds: readonly { readonly creator_id: string; readonly sentence: string }[];
}

export interface ChangedAccount {
  readonly creator_id: string;
  readonly account_id_stripe: string;
  readonly account_before: string;
  readonly first_reported_at: string;
  /** Whether the batch pays this account. */
  readonly is_paid: boolean;
}

type PreviewStores = Pick<Services, 'warehouse' | 'operational' | 'clock' | 'breakGraceMs' | 'payoutLimits'>;

/** The latest batch of a period as it would be approved now. Throws `Conflict` if none is planned. */
export async function previewOf(stores: PreviewStores, period: Period): Promise<PayoutPreview> {
  const batch = await requireBatch(stores, period);
  const { batch_id, sequence, state, planned_by, planned_at } = batch;
  const { hash, lines } = await contentOf(stores, batch);
  const approved_by = await approversOf(stores, { batch_id, hash });
  const payouts = await withChanges(stores, { period, lines });
  const accounts = new Set(lines.map(({ account_id_stripe }) => account_id_stripe));
  return {
    ...{ batch_id, period, sequence, state, planned_by, planned_at, approval_hash: hash, approved_by },
    approvals_missing: state === 'planned' ? Math.max(0, approversNeeded(batch) - approved_by.length) : 0,
    totals: totalsOf(lines),
    largest: largestOf(lines),
    first_time_payees: [...new Set(payouts.filter((each) => each.is_first_payout).map((each) => each.creator_id))],
    payouts,
    above_limits: aboveLimits(lines, stores.payoutLimits),
    not_paid: await notPaid(stores, batch_id),
    changed_accounts: (await changedAccounts(stores)).map((each) => ({
      ...each,
      is_paid: accounts.has(each.account_id_stripe),
    })),
    last_paid: await lastPaid(stores, period),
    ...(await lastComparison(stores, period)),
    comparison_overrides: await overridesOfBatch(stores, batch),
    ...(await whatIsOpen(stores, period)),
  };
}

/** What is approved, or was: the payouts that are not cancelled, and the hash. */
async function contentOf(
  stores: PreviewStores,
  batch: PayoutBatchesTable,
): Promise<{ readonly hash: string; readonly lines: readonly PlannedLine[] }> {
  if (batch.approval_hash === null) return whatIsApproved(stores, batch);
  const lines = await linesOf(stores.operational, batch.batch_id);
  return { hash: batch.approval_hash, lines: lines.filter(({ reason }) => reason === 'payable') };
}

async function approversOf(
  { operational }: PreviewStores,
  { batch_id, hash }: { batch_id: string; hash: string },
): Promise<string[]> {
  const rows = await operational
    .selectFrom('payout_approvals')
    .select('approved_by')
    .where('batch_id', '=', batch_id)
    .where('approval_hash', '=', hash)
    .orderBy('entry')
    .execute();
  return rows.map(({ approved_by }) => approved_by);
}

function largestOf(lines: readonly PayoutLinesTable[]): string[] {
  return [...Map.groupBy(lines, ({ currency }) => currency)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, some]) =>
      some.toSorted((one, other) => (one.amount_minor > other.amount_minor ? -1 : 1)).slice(0, LARGEST),
    )
    .map(({ payout_id }) => payout_id);
}

type LastPayout = Readonly<Record<'creator_id' | 'currency' | 'payout_period' | 'account_id_stripe', string>> & {
  readonly amount: string | null;
};

async function withChanges(
  { warehouse, operational }: PreviewStores,
  { period, lines }: { period: Period; lines: readonly PlannedLine[] },
): Promise<PreviewedPayout[]> {
  const before = Map.groupBy(
    await warehouse.query<LastPayout>(...PAYOUT_QUERIES.last_payouts(period)),
    ({ creator_id }) => creator_id,
  );
  const named = await warehouse.query<{ creator_id: string; creator_name: string | null }>(
    ...PAYOUT_QUERIES.creator_names(period),
  );
  const names = new Map(named.map(({ creator_id, creator_name }) => [creator_id, creator_name]));
  const masked = new Map((await bankAccounts(operational)).map((each) => [each.bank_account_id, each.masked]));
  return lines.map(({ payout_id, creator_id, currency, amount_minor, account_id_stripe, ...line }) => {
    const earlier = before.get(creator_id) ?? [];
    const last = earlier.find((each) => each.currency === currency);
    const [latest] = earlier.toSorted((one, other) => (one.payout_period > other.payout_period ? -1 : 1));
    const paidTo = latest?.account_id_stripe ?? null;
    const last_amount_minor = last?.amount == null ? null : decimalToMinor(last.amount, currency);
    return {
      ...{ payout_id, creator_id, currency, amount_minor, account_id_stripe },
      creator_name: names.get(creator_id) ?? null,
      payout_rail: railOf(line),
      account_masked: masked.get(account_id_stripe ?? '') ?? null,
      ...{ account_country: line.account_country, account_currency: line.account_currency },
      is_first_payout: earlier.length === 0,
      last_period: last?.payout_period ?? null,
      last_amount_minor,
      amount_ratio_bps: last_amount_minor ? (amount_minor * 10_000n) / last_amount_minor : null,
      last_account_id_stripe: paidTo === account_id_stripe ? null : paidTo,
    };
  });
}

async function notPaid({ operational }: PreviewStores, batchId: string): Promise<PayoutPreview['not_paid']> {
  const reasons = await operational
    .selectFrom('payout_lines')
    .select(({ fn }) => ['reason', fn.countAll<bigint>().as('balance_count')])
    .where('batch_id', '=', batchId)
    .where('reason', '<>', 'payable')
    .groupBy('reason')
    .execute();
  return reasons
    .map(({ reason, balance_count }) => ({ reason, meaning: meaningOf(reason), balance_count: Number(balance_count) }))
    .sort((one, other) => (one.reason < other.reason ? -1 : 1));
}

function changedAccounts({ warehouse, clock }: PreviewStores): Promise<Omit<ChangedAccount, 'is_paid'>[]> {
  const since = instant(clock.now() - ACCOUNTS_SINCE_MS);
  return warehouse.query<Omit<ChangedAccount, 'is_paid'> & Record<string, string>>(
    ...PAYOUT_QUERIES.changed_accounts(since),
  );
}

async function lastPaid({ warehouse }: PreviewStores, period: Period): Promise<PayoutPreview['last_paid']> {
  const rows = await warehouse.query<{ payout_period: string; currency: string; payout_count: bigint; amount: string }>(
    ...PAYOUT_QUERIES.last_period_paid(period),
  );
  const [first] = rows;
  if (first === undefined) return null;
  const totals = rows.map(({ currency, payout_count, amount }) => ({
    ...{ currency, payout_count: Number(payout_count) },
    amount_minor: decimalToMinor(amount, currency),
  }));
  return { period: first.payout_period, totals };
}

type WhatIsOpen = Pick<PayoutPreview, 'open_breaks' | 'exceptions' | 'quarantined_money' | 'holds'>;

async function whatIsOpen(stores: PreviewStores, period: Period): Promise<WhatIsOpen> {
  const breaks = (await breaksOf(stores, period)).filter(
    ({ priority, break_state }) => priority === 'high' && break_state !== 'acknowledged',
  );
  const exceptions = await exceptionsOf(stores, period);
  const waiting = await quarantinedMoney(stores.warehouse, nextPeriod(period));
  return {
    open_breaks: openOf(
      breaks.map(({ break_id, break_class, what_happened }) => ({ break_id, break_class, what_happened })),
    ),
    exceptions: openOf(
      exceptions.map(({ exception_id, exception_reason, meaning, is_acknowledged }) => ({
        ...{ exception_id, exception_reason, meaning, is_acknowledged },
      })),
    ),
    quarantined_money: waiting.map(({ source_id, event, reason, fact_count }) => ({
      ...{ source_id, event, reason, event_count: fact_count },
    })),
    holds: [...(await currentHolds(stores))].map(([creator_id, some]) => ({
      creator_id,
      sentence: sentenceOf(some) ?? '',
    })),
  };
}

function openOf<T>(items: readonly T[]): Open<T> {
  return { count: items.length, first: items.slice(0, FIRST) };
}
