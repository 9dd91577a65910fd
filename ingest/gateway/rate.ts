import type { Clock } from '../../warehouse/clock.ts';
import type { Source } from './source.ts';

/** Counted in thousandths of a request, so that every millisecond adds a whole number. */
interface Bucket {
  level: number;
  filledAtMs: number;
}

const SECOND_MS = 1000;
const REQUEST = 1000;

/**
 * Makes the function that says whether a source may send one more request now: a token bucket that holds what its rate
 * allows in a second and fills evenly. A clock that jumps, either way, costs or gives at most that one second.
 */
export function rateLimiter(clock: Clock): (source: Source) => boolean {
  const buckets = new Map<string, Bucket>();
  return ({ source_id, max_requests_per_s: rate }) => {
    if (rate === undefined) return true;
    const nowMs = clock.now();
    const full = rate * REQUEST;
    const bucket = buckets.get(source_id) ?? { level: full, filledAtMs: nowMs };
    const passedMs = Math.min(Math.max(nowMs - bucket.filledAtMs, 0), SECOND_MS);
    const level = Math.min(bucket.level + passedMs * rate, full);
    const may = level >= REQUEST;
    buckets.set(source_id, { level: may ? level - REQUEST : level, filledAtMs: nowMs });
    return may;
  };
}
