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
 * Returns the function that decides whether a source may send one more request now: a token bucket with the capacity of one
 * second, refilled evenly. A jump of the clock in either direction has at most the effect of one second.
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
    const isAllowed = level >= REQUEST;
    buckets.set(source_id, { level: isAllowed ? level - REQUEST : level, filledAtMs: nowMs });
    return isAllowed;
  };
}
