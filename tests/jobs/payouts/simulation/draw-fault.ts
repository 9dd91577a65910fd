import type { Random } from '../../../support/marketplace/prng.ts';
import type { WireFault } from './gated-stripe.ts';
import type { Kind } from './kinds.ts';

const NETWORK_FAULTS = [
  'rate_limit',
  'dependency_failed',
  'error_uncommitted',
  'error_committed',
  'drop_before',
  'drop_after_commit',
  'hang_after_commit',
  'truncate_after_commit',
  { retryAfter_s: 2 },
  { forbidden: 'The key may not do this.' },
] as const satisfies readonly WireFault[];

/** What happens to the next request; `rate` is the share of requests that the network fails. */
export function drawFault(
  { random, has }: { readonly random: Random; has(kind: Kind): boolean },
  rate: number,
): WireFault | undefined {
  if (has('slow') && random.chance(0.2)) return 'slow';
  if (has('unknown_refusal') && random.chance(0.05)) return { refused: 'code_of_tomorrow' };
  return has('network') && random.chance(rate) ? random.pick(NETWORK_FAULTS) : undefined;
}
