import type { Period } from '../../warehouse/period.ts';
import { completeComparisons } from '../complete-comparisons.ts';
import type { Services } from '../job.ts';

/** When a period was last compared with Stripe, and a sentence about it. */
export interface LastComparison {
  /** The end of the last run of reconcile-stripe for which all records of Stripe's were there, as a UTC instant; null if there is none. */
  readonly compared_at: string | null;
  readonly comparison: string;
}

export async function lastComparison(services: Pick<Services, 'operational'>, period: Period): Promise<LastComparison> {
  const run = await completeComparisons(services)
    .select('finished_at')
    .where('period', '=', period)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const compared_at = run?.finished_at ?? null;
  const comparison = compared_at
    ? `${period} was last compared with Stripe completely at ${compared_at}.`
    : `${period} has not been compared with Stripe completely: no holds are known.`;
  return { compared_at, comparison };
}
