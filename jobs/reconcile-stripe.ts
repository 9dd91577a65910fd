import { firstUncovered } from '../ingest/stripe/coverage.ts';
import { build } from '../transforms/engine/build.ts';
import type { reconciliations } from '../transforms/marts/reconciliations.ts';
import type { stripeBridge } from '../transforms/marts/stripe_bridge.ts';
import { DAY_MS, instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../warehouse/period.ts';
import type { Row } from '../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { recordBreaks } from './break-history.ts';
import { type BreakStores, breaksOf, type PeriodBreak } from './breaks.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job, Services } from './job.ts';
import { catchUp } from './load-events.ts';

const QUERIES = readQueries(import.meta.url, 'reconcile-stripe.queries.sql', {
  reconciliations: ['period'],
  bridge: ['period'],
  last_payout_sent: ['period'],
  pulled_windows: [],
});

/** Worst first. */
export const VERDICTS = ['incomplete', 'breaks', 'warnings', 'pending', 'reconciled'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How many breaks there are by their state. */
export interface BreakCounts {
  readonly open: number;
  readonly in_grace: number;
  readonly acknowledged: number;
}

export type BridgeLine = Row<typeof stripeBridge>;

export interface Reconciliation {
  readonly period: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** All of them, whatever their state. */
  readonly breaks: number;
  readonly breaks_by_state: BreakCounts;
  readonly movements: readonly Row<typeof reconciliations>[];
  /** From the opening to the closing balance, for each balance at Stripe and currency. */
  readonly bridge: readonly BridgeLine[];
}

export const reconcileStripe: Job = {
  name: 'reconcile-stripe',
  meaning: "Compares every movement of a period in our books with Stripe's records, and records the breaks.",
  about: 'period',
  async run(run, period) {
    await catchUp(run);
    await reportBuildCost(run, { period, parts: ['open'] });
    await run.warehouse.transaction((writer) =>
      build(writer, period, {
        parts: ['open'],
        onModel: (model, rows) => run.progress(`${model}: ${countOf(rows, 'row')}`),
      }),
    );
    const { movements, bridge, ...summary } = await reconciliationOf(run, period);
    // What has not been pulled looks as if it were missing: only a complete comparison becomes a part of the history.
    if (summary.verdict !== 'incomplete') await recordBreaks(run, { period, by: run.startedBy });
    const exact = movements.map(
      ({ flow_count, ledger_minor, stripe_minor, settled_currency, settled_minor, ...row }) => ({
        ...row,
        flow_count: Number(flow_count),
        ledger_minor: String(ledger_minor),
        stripe_minor: String(stripe_minor),
        ...(settled_currency !== null && { settled_currency, settled_minor: String(settled_minor) }),
      }),
    );
    return { ...summary, movements: exact };
  },
};

/** The comparison of a period with Stripe, as last reconciled. */
export async function reconciliationOf(stores: BreakStores, period: Period): Promise<Reconciliation> {
  const { breaks, ...reconciliation } = await reconciliationWithBreaks(stores, period);
  return { ...reconciliation, breaks: breaks.length };
}

/** The same, with the breaks themselves, by id. */
export async function reconciliationWithBreaks(
  stores: BreakStores,
  period: Period,
): Promise<Omit<Reconciliation, 'breaks'> & { readonly breaks: readonly PeriodBreak[] }> {
  const { warehouse, breakGraceMs } = stores;
  const movements = await warehouse.query<Row<typeof reconciliations>>(...QUERIES.reconciliations(period));
  const bridge = await warehouse.query<BridgeLine>(...QUERIES.bridge(period));
  const breaks = await breaksOf(stores, period);
  const breaks_by_state = countsOf(breaks);
  const gap = await uncovered(warehouse, period);
  const unsent = await inFlight(stores, period);
  const result = verdictOf(breaks_by_state, { gap, unsent, breakGraceMs });
  return { period, ...result, breaks_by_state, movements, bridge, breaks };
}

function countsOf(breaks: readonly PeriodBreak[]): BreakCounts {
  const count = (state: PeriodBreak['break_state']) => breaks.filter(({ break_state }) => break_state === state).length;
  return { open: count('open'), in_grace: count('in_grace'), acknowledged: count('acknowledged') };
}

interface Circumstances {
  /** From when on Stripe's records are missing. */
  readonly gap: string | undefined;
  /** How many payouts are approved and not sent. */
  readonly unsent: number;
  readonly breakGraceMs: number;
}

function verdictOf(
  { open, in_grace, acknowledged }: BreakCounts,
  { gap, unsent, breakGraceMs }: Circumstances,
): Pick<Reconciliation, 'verdict' | 'reason'> {
  if (gap)
    return { verdict: 'incomplete', reason: `Stripe's records from ${gap} on have not been pulled; run pull-stripe.` };
  const days = countOf(breakGraceMs / DAY_MS, 'day');
  const accepted = [
    ...(acknowledged > 0 ? [`${countOf(acknowledged, 'break')} ${isOrAre(acknowledged)} acknowledged.`] : []),
    ...(in_grace > 0
      ? [
          `${countOf(in_grace, 'movement')} at Stripe ${isOrAre(in_grace)} younger than ${days}, so ${in_grace === 1 ? 'its event' : 'their events'} may still come.`,
        ]
      : []),
  ];
  if (open > 0) {
    const differ = open === 1 ? '1 movement differs' : `${open} movements differ`;
    return { verdict: 'breaks', reason: [`${differ} from Stripe's records.`, ...accepted].join(' ') };
  }
  if (accepted.length > 0) return { verdict: 'warnings', reason: accepted.join(' ') };
  if (unsent > 0)
    return { verdict: 'pending', reason: `${countOf(unsent, 'payout')} ${isOrAre(unsent)} approved but not sent yet.` };
  return {
    verdict: 'reconciled',
    reason: 'Every movement in our books is at Stripe with the same amount, and Stripe has no others.',
  };
}

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');

/** The kinds of Stripe's records that a reconciliation compares with our books. */
const COMPARED = [
  'balance_transaction',
  'charge',
  'refund',
  'dispute',
  'transfer',
  'transfer_reversal',
  'payout',
  'topup',
] as const;

/** The first instant from which a compared kind of record has not been pulled; undefined if the period and its payouts are covered. */
async function uncovered(warehouse: Warehouse, period: Period): Promise<string | undefined> {
  const [last] = await warehouse.query<{ sent_at: string | null }>(...QUERIES.last_payout_sent(period));
  const end = instant(periodEnd(period));
  const until = last?.sent_at && last.sent_at > end ? last.sent_at : end;
  const readings = await warehouse.query<{ record_kind: string; pulled_from_at: string; pulled_until_at: string }>(
    ...QUERIES.pulled_windows(),
  );
  const start = instant(periodStart(period));
  const gaps = COMPARED.map((kind) =>
    firstUncovered(
      start,
      readings.filter(({ record_kind }) => record_kind === kind),
    ),
  );
  return gaps.filter((gap) => gap < until).toSorted()[0];
}

async function inFlight({ operational }: Pick<Services, 'operational'>, period: Period): Promise<number> {
  const { waiting } = await operational
    .selectFrom('payout_lines as line')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'line.batch_id')
    .select((query) => query.fn.countAll<bigint>().as('waiting'))
    .where('batch.period', '=', period)
    .where('batch.state', '=', 'approved')
    .where('line.reason', '=', 'payable')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('payout_log as log')
            .select('log.entry')
            .whereRef('log.payout_id', '=', 'line.payout_id')
            .where('log.state', 'in', ['sent', 'failed']),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(waiting);
}
