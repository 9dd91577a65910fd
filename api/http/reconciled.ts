import type { Services } from '../../jobs/job.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { Conflict } from '../../warehouse/errors.ts';
import type { Period } from '../../warehouse/period.ts';

/** Without this check, a period that was never reconciled would look like one without breaks. Throws `Conflict`. */
export async function assertReconciled({ operational }: Services, period: Period): Promise<void> {
  const done = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('job', '=', reconcileStripe.name)
    .where('period', '=', period)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  if (!done) throw new Conflict(`${period} has not been reconciled with Stripe yet; reconcile it first.`);
}
