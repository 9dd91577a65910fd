import { Unavailable } from '../../../../warehouse/errors.ts';
import type { Period } from '../../../../warehouse/period.ts';
import type { Run } from '../../../job.ts';
import { workThrough } from '../../work-through.ts';
import type { PayoutAccount } from '../rail.ts';
import { openTransfers } from './open-transfers.ts';

/** Reads that are in progress at once: enough for Stripe's rate if an answer takes half a second. */
const AT_ONCE = 16;

/**
 * What Stripe says now of each account, by id. Throws `Unavailable` without an API key, or if Stripe does not answer; then nothing was stored.
 */
export async function readAccounts(
  run: Run,
  { period, accountIds }: { period: Period; accountIds: readonly string[] },
): Promise<ReadonlyMap<string, PayoutAccount>> {
  const ids = [...new Set(accountIds)];
  const read = new Map<string, PayoutAccount>();
  if (ids.length === 0) return read;
  if (!run.stripe)
    throw new Unavailable(
      `The payouts of ${period} cannot be planned without an API key of Stripe: the country and currency of each account are approved with its amount; set STRIPE_API_KEY.`,
    );
  const transfers = openTransfers(run);
  try {
    await workThrough(ids, {
      atOnce: run.payoutPacing?.atOnce ?? AT_ONCE,
      async work(id) {
        run.interruption.throwIfAborted();
        read.set(id, await transfers.readAccount(id));
        if (read.size % 25 === 0) run.progress(`${read.size} of ${ids.length} accounts read at Stripe`);
      },
    });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new Unavailable(`The payouts of ${period} were not planned. ${error.message}`, { cause: error });
  }
  return read;
}
