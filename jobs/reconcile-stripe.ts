import { firstUncovered } from '../ingest/stripe/coverage.ts';
import { build } from '../transforms/engine/build.ts';
import type { reconciliations } from '../transforms/marts/reconciliations.ts';
import { instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../warehouse/period.ts';
import type { Row } from '../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job, Services } from './job.ts';
import { catchUp } from './load-events.ts';

const QUERIES = readQueries(import.meta.url, 'reconcile-stripe.queries.sql', {
  reconciliations: ['period'],
  break_count: ['period'],
  last_payout_sent: ['period'],
  pulled_windows: [],
});

/** Worst first. */
export type Verdict = 'incomplete' | 'breaks' | 'pending' | 'reconciled';

export interface Reconciliation {
  readonly period: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly breaks: number;
  readonly movements: readonly Row<typeof reconciliations>[];
}

export const reconcileStripe: Job = {
  name: 'reconcile-stripe',
  meaning: "Compares every movement of a period in our books with Stripe's records.",
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
    const { movements, ...summary } = await reconciliationOf(run, period);
    const exact = movements.map(({ flow_count, ledger_minor, stripe_minor, ...row }) => ({
      ...row,
      flow_count: Number(flow_count),
      ledger_minor: String(ledger_minor),
      stripe_minor: String(stripe_minor),
    }));
    return { ...summary, movements: exact };
  },
};

/** The comparison of a period with Stripe, as last reconciled. */
export async function reconciliationOf(
  services: Pick<Services, 'warehouse' | 'operational'>,
  period: Period,
): Promise<Reconciliation> {
  const movements = await services.warehouse.query<Row<typeof reconciliations>>(...QUERIES.reconciliations(period));
  const breaks = await countBreaks(services.warehouse, period);
  const result = verdictOf({
    breaks,
    gap: await uncovered(services.warehouse, period),
    inFlight: await inFlight(services, period),
  });
  return { period, ...result, breaks, movements };
}

function verdictOf({ breaks, gap, inFlight }: { breaks: number; gap: string | undefined; inFlight: number }): {
  verdict: Verdict;
  reason: string;
} {
  if (gap)
    return { verdict: 'incomplete', reason: `Stripe's records from ${gap} on have not been pulled; run pull-stripe.` };
  if (breaks > 0)
    return {
      verdict: 'breaks',
      reason:
        breaks === 1
          ? "1 movement differs from Stripe's records."
          : `${breaks} movements differ from Stripe's records.`,
    };
  if (inFlight > 0)
    return {
      verdict: 'pending',
      reason: `${inFlight} ${inFlight === 1 ? 'payout is' : 'payouts are'} approved but not sent yet.`,
    };
  return {
    verdict: 'reconciled',
    reason: 'Every movement in our books is at Stripe with the same amount, and Stripe has no others.',
  };
}

async function countBreaks(warehouse: Warehouse, period: Period): Promise<number> {
  const [count] = await warehouse.query<{ breaks: bigint }>(...QUERIES.break_count(period));
  return Number(count?.breaks ?? 0n);
}

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
