import { periodOf } from '../../warehouse/period.ts';
import { type HoldingBreak, type HoldStores, holdsOf } from '../breaks.ts';
import type { Services } from '../job.ts';

export type Holds = Awaited<ReturnType<typeof holdsOf>>;

/** The creators whose payouts are on hold now, with the breaks. */
export function currentHolds(stores: HoldStores & Pick<Services, 'clock'>): Promise<Holds> {
  return holdsOf(stores, periodOf(stores.clock.now()));
}

/** Why a payout is on hold, in one sentence about the first break. */
export function sentenceOf([first, ...others]: readonly HoldingBreak[]): string | undefined {
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `On hold while the break ${first.break_id} of ${first.period}${more} is open: ${first.what_happened}`;
}
