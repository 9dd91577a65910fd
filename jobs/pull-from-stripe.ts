import { pullStripe } from '../ingest/stripe/pull.ts';
import { instant } from '../warehouse/clock.ts';
import { periodOf, periodStart, previousPeriod } from '../warehouse/period.ts';
import { type Job, type Run, stripeOf } from './job.ts';

export const pullFromStripe: Job = {
  name: 'pull-stripe',
  meaning: "Reads the movements of the platform's balance, and its transfers, since the beginning of last month.",
  about: 'everything',
  run: async (run) => pull(run, { from: periodStart(previousPeriod(periodOf(run.clock.now()))) }),
};

/** Pulls a window up to, as a default, this instant. */
export async function pull(
  run: Run,
  { from, until = run.clock.now() + 1000 }: { from: number; until?: number },
): Promise<Record<string, unknown>> {
  const pulled = await pullStripe(run.warehouse, {
    stripe: stripeOf(run),
    clock: run.clock,
    from,
    until,
    onProgress: (count) => run.progress(`${count} records pulled`),
  });
  return { from: instant(from), until: instant(until), pulled };
}
