import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { allocate, floorDiv, type Part } from './allocate.ts';

const nanos = fc.bigInt({ min: -(10n ** 37n) + 1n, max: 10n ** 37n - 1n });
const parts = fc.uniqueArray(fc.record({ key: fc.string(), weight: fc.bigInt({ min: 0n, max: 10_000n }) }), {
  selector: ({ key }) => key,
  minLength: 1,
  maxLength: 20,
});
const weighted = parts.filter((some) => some.some(({ weight }) => weight > 0n));
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);

describe('rounding down', () => {
  test('is at most the value, by less than one', () => {
    const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(whole, fc.bigInt({ min: 1n, max: 10n ** 12n }), (value, divisor) => {
        const rest = value - floorDiv(value, divisor) * divisor;
        expect(rest >= 0n && rest < divisor).toBe(true);
      }),
    );
    expect(floorDiv(-7n, 2n)).toBe(-4n);
    expect(floorDiv(7n, -2n)).toBe(-4n);
  });
});

describe('an allocation', () => {
  test('sums to the total, and no part differs by a whole unit from its share', () => {
    fc.assert(
      fc.property(nanos, weighted, (total, some) => {
        const allocated = allocate(total, some);
        const weights = sum(some.map(({ weight }) => weight));
        expect(sum(allocated.values())).toBe(total);
        for (const { key, weight } of some) {
          const off = (allocated.get(key) ?? 0n) * weights - total * weight;
          expect(off > -weights && off < weights).toBe(true);
        }
      }),
    );
  });

  test('does not depend on the order in which the parts are given', () => {
    fc.assert(
      fc.property(nanos, weighted, (total, some) => {
        const sorted = (given: readonly Part[]) => [...allocate(total, given)].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(some.toReversed())).toEqual(sorted(some));
      }),
    );
  });

  test('assigns the rest to the largest remainders, and among equals to the smaller key', () => {
    const third = (key: string): Part => ({ key, weight: 1n });
    expect(Object.fromEntries(allocate(100n, [third('c'), third('a'), third('b')]))).toEqual({
      a: 34n,
      b: 33n,
      c: 33n,
    });
    expect(Object.fromEntries(allocate(-100n, [third('c'), third('a'), third('b')]))).toEqual({
      a: -33n,
      b: -33n,
      c: -34n,
    });
    // In code units: `Z` before `a`, and `cr_10` before `cr_9`.
    expect(allocate(1n, [third('a'), third('Z')]).get('Z')).toBe(1n);
    expect(allocate(1n, [third('cr_9'), third('cr_10')]).get('cr_10')).toBe(1n);
    const uneven = [
      { key: 'a', weight: 3333n },
      { key: 'b', weight: 3333n },
      { key: 'c', weight: 3334n },
    ];
    expect(Object.fromEntries(allocate(100n, uneven))).toEqual({ a: 33n, b: 33n, c: 34n });
  });

  test('assigns nothing to a part without weight', () => {
    expect(
      allocate(7n, [
        { key: 'a', weight: 0n },
        { key: 'b', weight: 1n },
      ]).get('a'),
    ).toBe(0n);
  });

  test.each<[string, Part[]]>([
    ['no parts', []],
    ['no weight', [{ key: 'a', weight: 0n }]],
    [
      'a negative weight',
      [
        { key: 'a', weight: -1n },
        { key: 'b', weight: 2n },
      ],
    ],
    [
      'the same key twice',
      [
        { key: 'a', weight: 1n },
        { key: 'a', weight: 1n },
      ],
    ],
  ])('of %s is refused', (_, some) => expect(() => allocate(100n, some)).toThrow(InvariantBroken));
});
