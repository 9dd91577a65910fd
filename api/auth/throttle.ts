import { isIPv6 } from 'node:net';
import type { Services } from '../../jobs/job.ts';
import { TooManyRequests } from '../../warehouse/errors.ts';
import { type AttemptCounts, memoryCounts } from '../../warehouse/operational/attempt-counts.ts';

/** What each of many may do within a time. */
export interface Throttle {
  /** Counts an attempt. Throws `TooManyRequests` if it is one too many, with the seconds until the next is allowed. */
  count(who: string): Promise<void>;
}

export interface Limit {
  /** Whose attempts are counted together: limits of the same name. */
  readonly of: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Whoever counts, or each limit for itself in this process. */
export type Counting = Pick<Services, 'clock' | 'attempts'>;

export const countsOf = ({ clock, attempts }: Counting): AttemptCounts => attempts ?? memoryCounts(clock);

/** At most `most` attempts of each in a window that begins with the first one; those that are refused do not extend it. */
export function throttle(services: Counting, { of, most, windowMs }: Limit): Throttle {
  const counts = countsOf(services);
  return {
    async count(who) {
      const { count, endsInMs } = await counts.add(`${of} ${who}`, windowMs);
      if (count > most) throw tooMany(Math.max(1, Math.ceil(endsInMs / 1000)));
    },
  };
}

/** For requests of nobody known, by their network: wrong keys, and forms without a session. */
export const unidentifiedThrottle = (services: Counting, where: string): Throttle =>
  throttle(services, { of: `unidentified ${where}`, most: 120, windowMs: 60_000 });

function tooMany(seconds: number): TooManyRequests {
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new TooManyRequests(`Too many attempts: try again in ${wait}.`, seconds);
}

/** Under what a client's address is counted: whoever has one IPv6 address has the 2^64 of its network (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [front = '', back] = address.split('%')[0]?.split('::') ?? [];
  const groups = front.split(':').filter((group) => group !== '');
  const filled = back === undefined ? groups : [...groups, ...Array<string>(8 - groups.length).fill('0')];
  return `${filled
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
