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
