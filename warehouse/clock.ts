/** What time it is. One clock is made by an entry point and handed to everything that asks. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** An instant as the house writes it: `2026-01-31T23:59:59.999Z`. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
