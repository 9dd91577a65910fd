import type { Run } from '../job.ts';
import { isAsApproved } from './approval.ts';
import { type CurrentFacts, stopByFacts } from './current-facts.ts';
import { stopByLimit } from './limits.ts';
import type { PayoutLife } from './payout-life.ts';
import type { PlannedLine } from './planned-lines.ts';
import { changed, type Stop } from './stop-reasons.ts';

/** Why a payout must not leave now, whichever its rail: asked right before its intent. */
export function stopOf(
  { payoutLimits, clock, accountHoldMs }: Run,
  { line, life, facts }: { readonly line: PlannedLine; readonly life: PayoutLife; readonly facts: CurrentFacts },
): Stop | undefined {
  if (!isAsApproved(line, life)) return changed();
  return stopByLimit(line, payoutLimits) ?? stopByFacts(line, facts, { now: clock.now(), accountHoldMs });
}
