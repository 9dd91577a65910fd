import { RECONCILED } from '../reports/finance/break-sentences.ts';
import type { ReportedDifference } from '../reports/finance/document.ts';
import { readReportDifferencesOf } from '../reports/finance/read.ts';
import { build } from '../transforms/engine/build.ts';
import type { reconciliations } from '../transforms/marts/reconciliations.ts';
import type { stripeBridge } from '../transforms/marts/stripe_bridge.ts';
import { DAY_MS } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { Period } from '../warehouse/period.ts';
import type { Row } from '../warehouse/vocabulary/tables.ts';
import { recordBreaks } from './break-history.ts';
import { type BreakStores, breaksOf, type PeriodBreak } from './breaks.ts';
import { reportBuildCost } from './build-cost.ts';
import { type Coverage, coverageOf, unreadBalance } from './comparison-coverage.ts';
import type { Job, Services } from './job.ts';
import { catchUp } from './load-events.ts';

const QUERIES = readQueries(import.meta.url, 'reconcile-stripe.queries.sql', {
  reconciliations: ['period'],
  bridge: ['period'],
});

/** Worst first. */
export const VERDICTS = ['incomplete', 'breaks', 'warnings', 'pending', 'reconciled'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How many breaks there are by their state. */
interface BreakCounts {
  readonly open: number;
  readonly in_grace: number;
  readonly acknowledged: number;
}

export type BridgeLine = Row<typeof stripeBridge>;

export interface Reconciliation {
  readonly period: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** All of them, whatever their state, by id. */
  readonly breaks: readonly PeriodBreak[];
  readonly breaks_by_state: BreakCounts;
  readonly movements: readonly Row<typeof reconciliations>[];
  /** From the opening to the closing balance, for each balance at Stripe and currency. */
  readonly bridge: readonly BridgeLine[];
  /** The lines of Stripe's own reports of the month, if they were imported, that its balance transactions do not give. */
  readonly stripe_reports: readonly ReportedDifference[];
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
    const coverage = await coverageOf(run, period);
    const { movements, bridge, breaks, ...summary } = await reconciliationOf(run, period, coverage);
    // What has not been pulled looks as if it were missing: of Stripe's, only a complete comparison becomes a part of the history.
    await recordBreaks(run, { period, by: run.startedBy, coverage });
    const exact = movements.map(
      ({ flow_count, ledger_minor, stripe_minor, settled_currency, settled_minor, ...row }) => ({
        ...row,
        flow_count: Number(flow_count),
        ledger_minor: String(ledger_minor),
        stripe_minor: String(stripe_minor),
        ...(settled_currency !== null && { settled_currency, settled_minor: String(settled_minor) }),
      }),
    );
    return { ...summary, breaks: breaks.length, movements: exact };
  },
};

/** The comparison of a period with Stripe, as last reconciled. How far Stripe's records have been pulled is read unless it is known. */
export async function reconciliationOf(stores: BreakStores, period: Period, known?: Coverage): Promise<Reconciliation> {
  const { warehouse, breakGraceMs } = stores;
  const movements = await warehouse.query<Row<typeof reconciliations>>(...QUERIES.reconciliations(period));
  const bridge = await warehouse.query<BridgeLine>(...QUERIES.bridge(period));
  const stripe_reports = await readReportDifferencesOf(warehouse, period);
  const coverage = known ?? (await coverageOf(stores, period));
  const breaks = await breaksOf(stores, period, coverage);
  const breaks_by_state = countsOf(breaks);
  const unread = await unreadBalance(stores, period);
  const unsent = await inFlight(stores, period);
  const later = breaks.filter(isLater).length;
  const result = verdictOf(breaks_by_state, { coverage, unread, later, unsent, breakGraceMs });
  return { period, ...result, breaks_by_state, movements, bridge, stripe_reports, breaks };
}

/** A break in grace that only the next pull can confirm; the others in grace are cured by a late event. */
const isLater = ({ break_state, break_class }: PeriodBreak): boolean =>
  break_state === 'in_grace' && break_class === 'missing_in_stripe';

function countsOf(breaks: readonly PeriodBreak[]): BreakCounts {
  const count = (state: PeriodBreak['break_state']) => breaks.filter(({ break_state }) => break_state === state).length;
  return { open: count('open'), in_grace: count('in_grace'), acknowledged: count('acknowledged') };
}

interface Circumstances {
  readonly coverage: Coverage;
  /** Why Stripe's own balance does not prove the closing balance. */
  readonly unread: string | undefined;
  /** How many of the breaks in grace are movements in our books that are later than the last pull. */
  readonly later: number;
  /** How many payouts are approved and not sent. */
  readonly unsent: number;
  readonly breakGraceMs: number;
}

type Judged = Pick<Reconciliation, 'verdict' | 'reason'>;

function verdictOf(counts: BreakCounts, circumstances: Circumstances): Judged {
  const { coverage, unread, later } = circumstances;
  const { gap, comparedUntil } = coverage;
  if (gap)
    return { verdict: 'incomplete', reason: `Stripe's records from ${gap} on have not been pulled; run pull-stripe.` };
  if (unread) {
    const found = counts.open > 0 ? ` ${breaksCount(counts.open)}` : '';
    return { verdict: 'incomplete', reason: `${unread}${found}` };
  }
  const { verdict, reason } = verdictOfCompared(counts, circumstances);
  if (comparedUntil === undefined) return { verdict, reason };
  const rest =
    later > 0
      ? ` ${countOf(later, 'movement')} in our books ${isOrAre(later)} later and will be compared after the next pull.`
      : '';
  return { verdict, reason: `So far, up to ${comparedUntil}: ${reason}${rest}` };
}

function verdictOfCompared(
  { open, in_grace, acknowledged }: BreakCounts,
  { later, unsent, breakGraceMs }: Circumstances,
): Judged {
  const days = countOf(breakGraceMs / DAY_MS, 'day');
  const late = in_grace - later;
  const accepted = [
    ...(acknowledged > 0 ? [`${countOf(acknowledged, 'break')} ${isOrAre(acknowledged)} acknowledged.`] : []),
    ...(late > 0
      ? [
          `${countOf(late, 'movement')} at Stripe ${isOrAre(late)} younger than ${days}, so ${late === 1 ? 'its event' : 'their events'} may still come.`,
        ]
      : []),
  ];
  if (open > 0) return { verdict: 'breaks', reason: [breaksCount(open), ...accepted].join(' ') };
  if (accepted.length > 0) return { verdict: 'warnings', reason: accepted.join(' ') };
  if (unsent > 0)
    return { verdict: 'pending', reason: `${countOf(unsent, 'payout')} ${isOrAre(unsent)} approved but not sent yet.` };
  return { verdict: 'reconciled', reason: RECONCILED };
}

/** Of whatever kind: a movement, a fee or a balance. */
const breaksCount = (open: number): string =>
  `${countOf(open, 'break')} between our books and Stripe ${isOrAre(open)} open.`;

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');

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
            .where('log.state', 'in', ['sent', 'failed', 'cancelled']),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(waiting);
}
