import { InvariantBroken } from './errors.ts';

/** The current time. The entry point creates one clock and injects it everywhere. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export const DAY_MS = 24 * 60 * 60 * 1000;

/** An instant in the format of this project: `2026-01-31T23:59:59.999Z`. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Whether a text names a day of the calendar, `2026-01-31`: the 30th of February is none. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  return !Number.isNaN(time) && instant(time).startsWith(text);
}

/** An instant from microseconds since 1970; six decimal places only if the last three are not zero. */
export function instantOfMicros(micros: bigint): string {
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - below) / 1000n)).toISOString();
  return below === 0n ? text : text.replace('Z', `${below.toString().padStart(3, '0')}Z`);
}

/**
 * The microseconds since 1970 of an instant with at most six decimal places, `2026-01-31T23:59:59.999Z`; a bigint where a number would not
 * be exact. Throws `InvariantBroken` for a text without a digit where an instant has one.
 */
export function microsOfInstant(text: string): number | bigint {
  const year = digits(text, 0, 4);
  const seconds =
    daysSinceEpoch(year, digits(text, 5, 7), digits(text, 8, 10)) * 86_400 +
    digits(text, 11, 13) * 3_600 +
    digits(text, 14, 16) * 60 +
    digits(text, 17, 19);
  const to = text.length - 1;
  const fraction = to > 20 ? digits(text, 20, to) * 10 ** (26 - to) : 0;
  const isSafe = year >= SAFE_YEARS.from && year < SAFE_YEARS.before;
  return isSafe ? seconds * 1_000_000 + fraction : BigInt(seconds) * 1_000_000n + BigInt(fraction);
}

/** In these years the microseconds since 1970 are safe integers. */
const SAFE_YEARS = { from: 1685, before: 2255 };

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) throw new InvariantBroken(`${JSON.stringify(text)} is not an instant.`);
    value = value * 10 + digit;
  }
  return value;
}

/** In the Gregorian calendar, years from 0 on: https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
