import { allCloses } from '../transforms/ledger/closing.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { nextPeriod, type Period, parsePeriod, periodOf, previousPeriod } from '../warehouse/period.ts';
import { completeComparisons } from './complete-comparisons.ts';
import type { Services } from './job.ts';

const QUERIES = readQueries(import.meta.url, 'periods-to-reconcile.queries.sql', {
  months_with_money: [],
  last_recorded: [],
});

type Stores = Pick<Services, 'warehouse' | 'operational' | 'clock'>;

/**
 * The months that are compared with Stripe every night, in order: each that is not closed, up to the current one; the latest closed one, whose
 * payouts are sent now; and earlier ones with a break that nobody has acknowledged as it is, with payouts that are approved and not all sent,
 * or of which something was recorded since they were last compared completely, such as what Stripe says a payout carried. Before the first closing these are the last month, the current one, and
 * each that has money from the first on in which services have reported some.
 */
export async function periodsToReconcile({ warehouse, operational, clock }: Stores): Promise<Period[]> {
  const closed = (await allCloses(warehouse)).map(({ period }) => parsePeriod(period)).sort();
  const last = closed.at(-1);
  const current = periodOf(clock.now());
  const wanted = new Set<Period>(last ? [last] : await monthsWithMoney(warehouse, current));
  for (let open = last ? nextPeriod(last) : previousPeriod(current); open <= current; open = nextPeriod(open)) {
    wanted.add(open);
  }
  const unsettled = new Set([
    ...(await withOpenBreaks({ operational })),
    ...(await withUnsentPayouts({ operational })),
    ...(await withRecordsNotCompared({ warehouse, operational })),
  ]);
  for (const period of closed) if (unsettled.has(period)) wanted.add(period);
  return [...wanted].sort();
}

async function monthsWithMoney(warehouse: Services['warehouse'], current: Period): Promise<Period[]> {
  const rows = await warehouse.query<{ period: string }>(...QUERIES.months_with_money());
  return rows.map(({ period }) => parsePeriod(period)).filter((period) => period <= current);
}

/** The periods with a break that is still there and that its last acknowledgement does not cover as it is. */
async function withOpenBreaks({ operational }: Pick<Services, 'operational'>): Promise<string[]> {
  const rows = await operational
    .selectFrom('breaks_seen as seen')
    .select('seen.period')
    .distinct()
    .where('seen.cleared_at', 'is', null)
    .where(({ eb, fn, val, selectFrom }) =>
      eb(
        'seen.state_digest',
        '<>',
        fn.coalesce(
          selectFrom('break_acknowledgements as given')
            .select('given.state_digest')
            .whereRef('given.period', '=', 'seen.period')
            .whereRef('given.break_id', '=', 'seen.break_id')
            .where(({ eb, selectFrom }) =>
              eb(
                'given.acknowledged_at',
                '>',
                fn.coalesce(
                  selectFrom('break_history as history')
                    .select(({ fn }) => fn.max('history.changed_at').as('cleared_at'))
                    .whereRef('history.period', '=', 'seen.period')
                    .whereRef('history.break_id', '=', 'seen.break_id')
                    .where('history.change', '=', 'cleared'),
                  val('-infinity'),
                ),
              ),
            )
            .orderBy('given.entry', 'desc')
            .limit(1),
          val(''),
        ),
      ),
    )
    .execute();
  return rows.map(({ period }) => period);
}

async function withUnsentPayouts({ operational }: Pick<Services, 'operational'>): Promise<string[]> {
  const rows = await operational
    .selectFrom('payout_batches')
    .select('period')
    .where('state', '=', 'approved')
    .execute();
  return rows.map(({ period }) => period);
}

/** The periods of which something was recorded after the last comparison with a verdict other than `incomplete` has begun. */
async function withRecordsNotCompared({ warehouse, operational }: Omit<Stores, 'clock'>): Promise<string[]> {
  const recorded = await warehouse.query<{ period: string; recorded_at: string }>(...QUERIES.last_recorded());
  const compared = await completeComparisons({ operational })
    .select(({ fn }) => ['period', fn.max('started_at').as('started_at')])
    .groupBy('period')
    .execute();
  const since = new Map(compared.map(({ period, started_at }) => [period, started_at]));
  return recorded
    .filter(({ period, recorded_at }) => recorded_at >= (since.get(period) ?? ''))
    .map(({ period }) => period);
}
