import { isIPv6 } from 'node:net';
import { TooManyRequests } from '../../warehouse/errors.ts';

/** Counts what each of many does, in this process, and says when one has done too much. */
export interface Throttle {
  /** Counts one attempt. Returns after how many seconds the next is allowed, or 0 if this one is. */
  count(who: string, now: number): number;
}

/** At most `most` attempts within `windowMs`, for each. Who was silent for that long is forgotten. */
export function throttle({ most, windowMs }: { readonly most: number; readonly windowMs: number }): Throttle {
  const attempts = new Map<string, number[]>();
  let forgottenAt = 0;
  return {
    count(who, now) {
      if (now - forgottenAt > windowMs) {
        for (const [each, times] of attempts) if ((times.at(-1) ?? 0) <= now - windowMs) attempts.delete(each);
        forgottenAt = now;
      }
      const recent = (attempts.get(who) ?? []).filter((time) => time > now - windowMs);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= most) return Math.ceil((oldest + windowMs - now) / 1000);
      attempts.set(who, [...recent, now]);
      return 0;
    },
  };
}

/** For requests of nobody known, by their network: wrong keys, and forms without a session. */
export const unidentifiedThrottle = (): Throttle => throttle({ most: 120, windowMs: 60_000 });

/** Throws `TooManyRequests` if there are seconds to wait. */
export function assertInTime(seconds: number): void {
  if (seconds === 0) return;
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  throw new TooManyRequests(`Too many attempts: try again in ${wait}.`, seconds);
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
