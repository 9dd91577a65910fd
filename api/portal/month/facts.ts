import { isOnHold } from '../../../jobs/exception-totals.ts';
import type { PeriodException } from '../../../jobs/exceptions.ts';
import { requireJob } from '../../../jobs/jobs.ts';
import type { Verdict } from '../../../jobs/reconcile-stripe.ts';
import type { Period } from '../../../warehouse/period.ts';
import type { RunResponse } from '../../http/run-shape.ts';
import type { PageRequest } from '../page.ts';
import { type Listed, orNothing } from '../page-reads.ts';
import type { MonthFacts } from './steps.ts';

/** The jobs of a month's end that are about no period. */
const ABOUT_EVERYTHING = ['load-events', 'pull-stripe'];

/** What the checklist of a month is decided from. */
export async function factsOf({ api, services }: Pick<PageRequest, 'api' | 'services'>, period: Period) {
  const { is_closed, closed_by, cutoff_at, totals } = await api.get<{
    readonly is_closed: boolean;
    readonly closed_by: string | null;
    readonly cutoff_at: string | null;
    readonly totals: readonly Readonly<Record<string, string>>[];
  }>(`/periods/${period}`);
  const periods = await api.get<Listed<{ period: string; is_closed: boolean }>>('/periods');
  const exceptions = await orNothing(api.get<Listed<PeriodException>>(`/periods/${period}/exceptions?limit=1000`));
  const comparison = await orNothing(
    api.get<{ readonly verdict: Verdict; readonly reason: string }>(`/reconciliations/${period}`),
  );
  const batches = await api.get<Listed<NonNullable<MonthFacts['batch']>>>(`/payouts/${period}/batches`);
  const facts: MonthFacts = {
    ...{ period, now: services.clock.now() },
    close: is_closed ? { closed_by, cutoff_at } : undefined,
    lastClosed: periods.data.findLast((each) => each.is_closed)?.period,
    runs: await newestRuns(api, period),
    openExceptions: exceptions?.data.filter((each) => !each.is_acknowledged && !isOnHold(each)).length,
    batch: batches.data.at(-1),
    verdict: comparison?.verdict,
  };
  return { facts, totals, comparison };
}

async function newestRuns(api: PageRequest['api'], period: Period): Promise<ReadonlyMap<string, RunResponse>> {
  const lists = [await api.get<Listed<RunResponse>>(`/runs?period=${period}&limit=200`)];
  for (const job of ABOUT_EVERYTHING) {
    lists.push(await api.get<Listed<RunResponse>>(`/runs?job=${requireJob(job).name}&limit=1`));
  }
  const runs = new Map<string, RunResponse>();
  for (const run of lists.flatMap(({ data }) => data)) if (!runs.has(run.job)) runs.set(run.job, run);
  return runs;
}
