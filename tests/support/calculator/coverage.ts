import type { Closing, RawEvent } from './facts.ts';

/** How far Stripe's charges have been read before each closing; the interval of the last one does not reach as far as that before it. */
export function coverage(closings: readonly Closing[]): RawEvent[] {
  return closings.map(({ period, cutoff }, index) => {
    const covered_from_at = index === 0 ? '2026-01-03T12:00:00.000Z' : '2025-12-01T00:00:00.000Z';
    const covered_until_at = index === 3 ? '2025-12-20T00:00:00.000Z' : `${period}-28T00:00:00.000Z`;
    const loaded_at = new Date(Date.parse(cutoff) - 1).toISOString();
    return {
      table: 'stripe.charge_coverage',
      row: { id: `coverage_${period}`, timestamp: loaded_at, loaded_at, covered_from_at, covered_until_at },
    };
  });
}
