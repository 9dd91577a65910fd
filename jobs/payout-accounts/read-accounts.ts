import { firstUncovered } from '../../ingest/stripe/coverage.ts';
import { pullStripe } from '../../ingest/stripe/pull.ts';
import { account } from '../../ingest/stripe/resources.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { type Run, requireStripe } from '../job.ts';
import { ACCOUNT_QUERIES } from './queries.ts';

interface Reading extends ValueRow {
  readonly pulled_from_at: string;
  readonly pulled_until_at: string;
  readonly pulled_at: string;
}

/** The accounts are read once a day; what happens meanwhile is reported by webhooks. */
const READ_EVERY_MS = DAY_MS - 2 * 60 * 60 * 1000;

/**
 * Reads all connected accounts that were created since our first one and before an instant (ms), from which on the pull has read them: what a
 * lost webhook would have reported, and which were deleted. Once a day; an interrupted run continues where it stopped.
 */
export async function readOlderAccounts(run: Run, before: number): Promise<void> {
  const first = await run.operational
    .selectFrom('payout_accounts')
    .select('created_at')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  if (!first) return;
  const from = (Math.floor(Date.parse(first.created_at) / DAY_MS) - 1) * DAY_MS;
  if (from >= before || (await areRead(run, { from, before }))) return;
  await pullStripe(run.warehouse, {
    ...{ stripe: requireStripe(run), clock: run.clock, from, until: before, resources: [account] },
    ...(run.wait && { wait: run.wait }),
    onProgress: ({ pulled }) => run.progress(`${countOf(pulled, 'connected account')} read`),
  });
}

async function areRead(
  { warehouse, clock }: Run,
  { from, before }: { from: number; before: number },
): Promise<boolean> {
  const since = instant(clock.now() - READ_EVERY_MS);
  const readings = await warehouse.query<Reading>(...ACCOUNT_QUERIES.account_readings());
  const recent = readings.filter(({ pulled_at }) => pulled_at > since);
  return firstUncovered(instant(from), recent) >= instant(before);
}
