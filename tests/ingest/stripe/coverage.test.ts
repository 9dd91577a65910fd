import { expect, test } from 'vitest';
import { coveredFrom } from '../../../ingest/stripe/coverage.ts';

const readings = (...days: readonly [number, number][]) =>
  days.map(([from, until]) => ({ pulled_from_at: `2026-01-0${from}`, pulled_until_at: `2026-01-0${until}` }));

test.each([
  { title: 'overlapping and adjacent readings', given: readings([4, 6], [1, 3], [3, 5]), from: '2026-01-01' },
  { title: 'no reading from before a gap', given: readings([4, 6], [1, 3]), from: '2026-01-04' },
  { title: 'no reading that ends earlier', given: readings([1, 5]), from: '2026-01-06' },
])('the interval up to an instant has $title', ({ given, from }) => {
  expect(coveredFrom('2026-01-06', given)).toBe(from);
});
