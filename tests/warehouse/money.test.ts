import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURRENCIES, exponentOf } from '../../warehouse/currencies.ts';
import { InvariantBroken, Rejected } from '../../warehouse/errors.ts';
import {
  allocate,
  decimalOf,
  decimalToMinor,
  floorDiv,
  minorToDecimal,
  type Part,
  parseDecimal,
} from '../../warehouse/money.ts';

const nanos = fc.bigInt({ min: -(10n ** 37n) + 1n, max: 10n ** 37n - 1n });
const currency = fc.constantFrom(...CURRENCIES);
const parts = fc.uniqueArray(fc.record({ key: fc.string(), weight: fc.bigInt({ min: 0n, max: 10_000n }) }), {
  selector: ({ key }) => key,
  minLength: 1,
  maxLength: 20,
});
const weighted = parts.filter((some) => some.some(({ weight }) => weight > 0n));
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);

describe('a decimal', () => {
  test('is read back as it was written, for every amount that a column holds', () => {
    fc.assert(fc.property(nanos, (amount) => parseDecimal(decimalOf(amount)) === amount));
  });

  test('has one spelling', () => {
    fc.assert(fc.property(nanos, (amount) => /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/.test(decimalOf(amount))));
  });

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['12.5', 12_500_000_000n],
    ['-0.000000001', -1n],
    ['9007199254740993.000000001', 9_007_199_254_740_993_000_000_001n],
  ])('%s is %s billionths', (text, amount) => expect(parseDecimal(text)).toBe(amount));

  test.each([
    ['1e3', 'an exponent'],
    ['1E-3', 'an exponent'],
    ['.5', 'no digit before the point'],
    ['5.', 'no digit behind the point'],
    ['05', 'a leading zero'],
    ['+5', 'a plus'],
    ['1,5', 'a comma'],
    ['1 000', 'a space'],
    [' 1', 'a space'],
    ['1\n', 'a line break'],
    ['0.0000000001', 'ten places'],
    ['1'.repeat(29), 'too many digits'],
    ['NaN', 'no number'],
    ['Infinity', 'no number'],
    ['0x10', 'other digits'],
    ['', 'nothing'],
    ['١٢', 'digits of another script'],
  ])('%j is refused: %s', (text) => expect(() => parseDecimal(text)).toThrow(Rejected));
});

describe('minor units', () => {
  test('are read back as they were written, in every currency', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), currency, (minor, unit) => {
        const text = minorToDecimal(minor, unit);
        expect(decimalToMinor(text, unit)).toBe(minor);
        expect(text.split('.')[1]?.length ?? 0).toBe(exponentOf(unit));
      }),
    );
  });

  test.each([
    [1250n, 'USD', '12.50'],
    [-5n, 'USD', '-0.05'],
    [1250n, 'JPY', '1250'],
    [1250n, 'KWD', '1.250'],
    [0n, 'EUR', '0.00'],
  ])('%s of %s are %s', (minor, unit, text) => expect(minorToDecimal(minor, unit)).toBe(text));

  test('a part of one is refused, and so is a currency that is not known', () => {
    expect(() => decimalToMinor('12.505', 'USD')).toThrow(
      new Rejected('12.505 USD is not a whole number of minor units.'),
    );
    expect(() => decimalToMinor('12.5', 'JPY')).toThrow(Rejected);
    expect(() => minorToDecimal(1n, 'XXX')).toThrow(new Rejected('The currency "XXX" is not known here.'));
    expect(() => minorToDecimal(1n, 'usd')).toThrow(Rejected);
    expect(() => exponentOf('toString')).toThrow(Rejected);
  });
});

describe('rounding down', () => {
  test('never gives more, and less than one less', () => {
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
  test('sums to the whole, and no part is a whole unit off its share', () => {
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

  test('gives what is left to the largest remainders, and among equals to the smaller key', () => {
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

  test('gives nothing to a part without weight', () => {
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
