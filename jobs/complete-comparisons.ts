import type { Services } from './job.ts';

/** The runs that have compared a period with Stripe while all records that this needs were there. */
export function completeComparisons({ operational }: Pick<Services, 'operational'>) {
  return operational
    .selectFrom('job_runs')
    .where('job', '=', 'reconcile-stripe')
    .where('state', '=', 'done')
    .where(({ eb, not }) => not(eb('outcome', '@>', JSON.stringify({ verdict: 'incomplete' }))));
}
