import { periodOf } from '../../warehouse/period.ts';
import { type HoldingBreak, type HoldStores, holdsOf } from '../breaks.ts';
import type { Services } from '../job.ts';

/** How long a run relies on the holds that it has read; meanwhile a comparison may find a break. */
const VALID_MS = 10 * 60 * 1000;

export type Holds = Awaited<ReturnType<typeof holdsOf>>;

/** The creators whose payouts are on hold now, with the breaks. */
export function currentHolds(stores: HoldStores & Pick<Services, 'clock'>): Promise<Holds> {
  return holdsOf(stores, periodOf(stores.clock.now()));
}

/** Reads the current holds for a long run: at the first call, and again when they are ten minutes old. */
export function holdReader(stores: HoldStores & Pick<Services, 'clock'>): () => Promise<Holds> {
  let known: { readonly holds: Holds; readonly until: number } | undefined;
  return async () => {
    const now = stores.clock.now();
    if (known === undefined || now >= known.until) {
      known = { holds: await currentHolds(stores), until: now + VALID_MS };
    }
    return known.holds;
  };
}

/** Why a payout is on hold, in one sentence about the first break. */
export function sentenceOf([first, ...others]: readonly HoldingBreak[]): string | undefined {
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `On hold while the break ${first.break_id} of ${first.period}${more} is open: ${first.what_happened}`;
}
