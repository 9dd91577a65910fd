import { allCloses } from '../transforms/ledger/closing.ts';
import { nextPeriod, type Period, parsePeriod, periodOf, previousPeriod } from '../warehouse/period.ts';
import type { Services } from './job.ts';

/**
 * The months that are compared with Stripe every night, in order: each that is not closed, up to the current one; the latest closed one, whose
 * payouts are sent now; and earlier ones with a break that nobody has acknowledged as it is, or with payouts that are approved and not all sent.
 * Before the first closing these are the last month and the current one.
 */
export async function periodsToReconcile({
  warehouse,
  operational,
  clock,
}: Pick<Services, 'warehouse' | 'operational' | 'clock'>): Promise<Period[]> {
  const closed = (await allCloses(warehouse)).map(({ period }) => parsePeriod(period)).sort();
  const last = closed.at(-1);
  const current = periodOf(clock.now());
  const wanted = new Set<Period>();
  for (let open = last ? nextPeriod(last) : previousPeriod(current); open <= current; open = nextPeriod(open)) {
    wanted.add(open);
  }
  if (last) wanted.add(last);
  const unsettled = new Set([
    ...(await withOpenBreaks({ operational })),
    ...(await withUnsentPayouts({ operational })),
  ]);
  for (const period of closed) if (unsettled.has(period)) wanted.add(period);
  return [...wanted].sort();
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
