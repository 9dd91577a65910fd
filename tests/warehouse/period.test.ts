import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import {
  nextPeriod,
  type Period,
  parsePeriod,
  periodEnd,
  periodOf,
  periodStart,
  previousPeriod,
} from '../../warehouse/period.ts';

const period: fc.Arbitrary<Period> = fc
  .tuple(fc.integer({ min: 1, max: 9998 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => parsePeriod(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`));

describe('a period', () => {
  test('contains its first and last instant, and not the first of the next period', () => {
    fc.assert(
      fc.property(period, (month) => {
        expect(periodOf(periodStart(month))).toBe(month);
        expect(periodOf(periodEnd(month) - 1)).toBe(month);
        expect(periodOf(periodEnd(month))).toBe(nextPeriod(month));
        expect(previousPeriod(nextPeriod(month))).toBe(month);
        expect(nextPeriod(month) > month).toBe(true);
      }),
    );
  });

  test('begins and ends in UTC, leap years included', () => {
    const february = parsePeriod('2028-02');
    expect(instant(periodStart(february))).toBe('2028-02-01T00:00:00.000Z');
    expect(instant(periodEnd(february) - 1)).toBe('2028-02-29T23:59:59.999Z');
    expect(nextPeriod(parsePeriod('2026-12'))).toBe('2027-01');
    expect(previousPeriod(parsePeriod('2026-01'))).toBe('2025-12');
  });

  test.each(['2026-13', '2026-00', '2026-1', '0000-01', '26-01', '2026-01-01', '2026-01\n', ' 2026-01', '2026/01', ''])(
    '%j is not a period',
    (text) => expect(() => parsePeriod(text)).toThrow(Rejected),
  );

  test('ends at 0001-01 and 9999-12', () => {
    expect(() => previousPeriod(parsePeriod('0001-01'))).toThrow(Rejected);
    expect(() => nextPeriod(parsePeriod('9999-12'))).toThrow(Rejected);
    expect(() => periodOf(Date.UTC(10_000, 0))).toThrow(Rejected);
  });
});
