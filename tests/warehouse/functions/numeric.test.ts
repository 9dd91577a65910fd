import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf } from '../../../warehouse/money.ts';
import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';
import { evaluateOnDuckDb } from './evaluate.ts';

const NANOS = 10n ** 9n;
/** Just below 10²⁰, the limit of exact amounts. */
const LARGEST = 10n ** 29n - 1n;
/** A quotient, rounded to a whole number half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const whole = (2n * a + b) / (2n * b);
  return dividend < 0n !== divisor < 0n ? -whole : whole;
}

/** A quotient rounded down, for a positive divisor. */
function below(dividend: bigint, divisor: bigint): bigint {
  const rest = ((dividend % divisor) + divisor) % divisor;
  return (dividend - rest) / divisor;
}

const within = (limit: bigint): bigint[] => {
  const edges = [0n, 1n, 5n, 10n, NANOS / 2n, NANOS - 1n, NANOS, limit - 1n, limit].filter((edge) => edge <= limit);
  const digits = limit.toString().length;
  // As many small amounts as large ones.
  const random = fc.sample(
    fc
      .integer({ min: 1, max: digits })
      .chain((length) => fc.bigInt({ min: 0n, max: length === digits ? limit : 10n ** BigInt(length) })),
    { numRuns: 40, seed: 7 },
  );
  return [...edges, ...random].flatMap((value) => [value, -value]);
};
const pairs = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] =>
  as.flatMap((a, at) => [bs[at % bs.length], bs[(at * 7 + 3) % bs.length]].map((b) => [a, b] as [A, B]));
const BPS = [0n, 1n, 2000n, 3333n, 3334n, 4999n, 5000n, 5001n, 9999n, 10_000n];
const UNITS = [1n, 100n, 1000n];

describe('exact arithmetic', () => {
  test('bps_of rounds to nine decimal places, half away from zero', async () => {
    const cases = [
      [5n, 1000n] as const,
      [-5n, 1000n] as const,
      [4n, 1000n] as const,
      [NANOS, -5000n] as const,
      [-1n, -5000n] as const,
      ...pairs(within(LARGEST), BPS),
    ];
    const got = await evaluateOnDuckDb('bps_of', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, bps]) => [decimalOf(amount), bps]),
    });
    expect(got).toEqual(cases.map(([amount, bps]) => decimalOf(rounded(amount * bps, 10_000n))));
  });

  test('ppm_of rounds to nine decimal places, half away from zero', async () => {
    const cases = [
      [5n, 100_000n] as const,
      [-5n, 100_000n] as const,
      [4n, 100_000n] as const,
      ...pairs(within(LARGEST), [0n, 1n, 158_250n, 240_000n, 300_000n, 1_000_000n]),
    ];
    const got = await evaluateOnDuckDb('ppm_of', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, ppm]) => [decimalOf(amount), ppm]),
    });
    expect(got).toEqual(cases.map(([amount, ppm]) => decimalOf(rounded(amount * ppm, 1_000_000n))));
  });

  test('ppm_share rounds down', async () => {
    const wholes = within(LARGEST).filter((whole) => whole > 0n);
    const cases = wholes.flatMap((whole) =>
      [0n, 1n, whole / 3n, whole - 1n, whole].map((part) => [part, whole] as const),
    );
    const got = await evaluateOnDuckDb('ppm_share', {
      types: ['numeric', 'numeric'],
      cases: cases.map(([part, whole]) => [decimalOf(part), decimalOf(whole)]),
    });
    expect(got).toEqual(cases.map(([part, whole]) => (part * 1_000_000n) / whole));
  });

  test('minor_rounded rounds half away from zero', async () => {
    const cases = [
      [5_000_000n, 100n] as const,
      [-5_000_000n, 100n] as const,
      [4_999_999n, 100n] as const,
      [-15_000_000n, 100n] as const,
      ...pairs(within(10n ** 24n), UNITS),
    ];
    const got = await evaluateOnDuckDb('minor_rounded', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, unit]) => [decimalOf(amount), unit]),
    });
    expect(got).toEqual(cases.map(([amount, unit]) => rounded(amount * unit, NANOS)));
  });

  test('share_floor and share_remainder are the quotient and the remainder of one division', async () => {
    const cases = pairs(
      within(LARGEST).filter((amount) => amount >= 0n),
      BPS,
    );
    const types: ColumnType[] = ['numeric', 'int64'];
    const values = cases.map(([amount, bps]) => [decimalOf(amount), bps]);
    const floors = await evaluateOnDuckDb('share_floor', { types, cases: values });
    expect(floors).toEqual(cases.map(([amount, bps]) => decimalOf((amount * bps) / 10_000n)));
    const rests = await evaluateOnDuckDb('share_remainder', { types, cases: values });
    expect(rests).toEqual(cases.map(([amount, bps]) => (amount * bps) % 10_000n));
  });

  test('billionths are billionths', async () => {
    const counts = [0n, 1n, -1n, 20n, NANOS, 2n ** 63n - 1n, -(2n ** 63n)];
    const got = await evaluateOnDuckDb('billionths', { types: ['int64'], cases: counts.map((count) => [count]) });
    expect(got).toEqual(counts.map((count) => decimalOf(count)));
  });

  test('minor_floor rounds down, also below zero', async () => {
    const cases = [
      [-1n, 100n] as const,
      [10_000_000n, 100n] as const,
      [9_999_999n, 100n] as const,
      [-10_000_001n, 100n] as const,
      ...pairs(within(9n * 10n ** 24n), UNITS),
    ];
    const got = await evaluateOnDuckDb('minor_floor', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, unit]) => [decimalOf(amount), unit]),
    });
    expect(got).toEqual(cases.map(([amount, unit]) => below(amount * unit, NANOS)));
  });

  test('minor_amount is the inverse of minor_floor', async () => {
    const cases = pairs(within(2n ** 63n - 1n), UNITS);
    const got = await evaluateOnDuckDb('minor_amount', { types: ['int64', 'int64'], cases });
    expect(got).toEqual(cases.map(([minor, unit]) => decimalOf(minor * (NANOS / unit))));
  });
});

describe('amounts from outside', () => {
  test('try_numeric is exact for plain decimals, and NULL for all else and what is too large', async () => {
    const plain: [string, string][] = [
      ['+5', '5'],
      ['-0.5', '-0.5'],
      ['007', '7'],
      ['0.0000000005', '0.000000001'],
      ['-0.0000000005', '-0.000000001'],
      ['1.00000000049', '1'],
      ['999999999.9999999995', '1000000000'],
      ['99999999999999999999999999999.999999999', '99999999999999999999999999999.999999999'],
    ];
    const odd = ['1e3', '', ' 1', '1 ', '.5', '5.', '12,50', 'NaN', `1${'0'.repeat(29)}`, null];
    const got = await evaluateOnDuckDb('try_numeric', {
      types: ['string'],
      cases: [...plain.map(([text]) => text), ...odd].map((text) => [text]),
    });
    expect(got).toEqual([...plain.map(([, amount]) => amount), ...odd.map(() => null)]);
  });

  test('try_numeric rounds thousands of decimals half away from zero', async () => {
    const digits = (least: number, most: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most });
    const parts = fc.tuple(fc.constantFrom('', '-', '+'), digits(1, 27), digits(1, 14));
    const decimals = fc.sample(parts, { numRuns: 5_000, seed: 7 });
    const cases = decimals.map(([sign, whole, fraction]) => [`${sign}${whole}.${fraction}`]);
    expect(await evaluateOnDuckDb('try_numeric', { types: ['string'], cases })).toEqual(
      decimals.map(([sign, whole, fraction]) => {
        const unscaled = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
        return decimalOf(rounded(unscaled * NANOS, 10n ** BigInt(fraction.length)));
      }),
    );
  });

  test('billionths_product is exact, rounded half up, and NULL beyond 64 bits', async () => {
    const below = (digits: number) =>
      fc.integer({ min: 1, max: digits }).chain((length) => fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }));
    const cases = fc.sample(fc.tuple(below(18), below(18)), { numRuns: 10_000, seed: 7 });
    const product = ([a, b]: readonly [bigint, bigint]): bigint | null => {
      const exact = (a * b + 500_000_000n) / 1_000_000_000n;
      return exact < 2n ** 63n ? exact : null;
    };
    const types: ColumnType[] = ['int64', 'int64'];
    expect(await evaluateOnDuckDb('billionths_product', { types, cases })).toEqual(cases.map(product));
  });

  test('is_minor is whether nothing is below the minor unit', async () => {
    const cases: [string, bigint, boolean][] = [
      ['5', 1n, true],
      ['5.5', 1n, false],
      ['5.05', 100n, true],
      ['5.005', 100n, false],
      ['-5.05', 100n, true],
      ['-5.005', 100n, false],
      ['5.005', 1000n, true],
      ['5.0005', 1000n, false],
      ['0', 1n, true],
      ['0.000000001', 1000n, false],
    ];
    const got = await evaluateOnDuckDb('is_minor', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, unit]) => [amount, unit]),
    });
    expect(got).toEqual(cases.map(([, , whole]) => whole));
  });
});

describe('inexact or meaningless input is refused', () => {
  const LARGE = '100000000000000000000';
  test.each<[name: string, types: ColumnType[], values: Value[]]>([
    ['bps_of', ['numeric', 'int64'], ['1', 10_001n]],
    ['bps_of', ['numeric', 'int64'], ['1', -10_001n]],
    ['bps_of', ['numeric', 'int64'], [LARGE, 1n]],
    ...['share_floor', 'share_remainder'].flatMap((name): [string, ColumnType[], Value[]][] => [
      [name, ['numeric', 'int64'], ['-0.000000001', 1n]],
      [name, ['numeric', 'int64'], ['1', -1n]],
      [name, ['numeric', 'int64'], ['1', 10_001n]],
      [name, ['numeric', 'int64'], [LARGE, 1n]],
    ]),
    ['minor_floor', ['numeric', 'int64'], ['9223372036854775808', 1n]],
    ['minor_rounded', ['numeric', 'int64'], ['9223372036854775807.5', 1n]],
    ['ppm_of', ['numeric', 'int64'], ['1', 1_000_001n]],
    ['ppm_of', ['numeric', 'int64'], [LARGE, 1n]],
    ['ppm_share', ['numeric', 'numeric'], ['2', '1']],
    ['ppm_share', ['numeric', 'numeric'], ['0', '0']],
    ['ppm_share', ['numeric', 'numeric'], ['-1', '1']],
    ...['minor_floor', 'minor_amount', 'is_minor'].flatMap((name) =>
      [0n, -1n, 3n, 100_000n].map((unit): [string, ColumnType[], Value[]] => [name, ['int64', 'int64'], [1n, unit]]),
    ),
  ])('%s of %s %s', async (name, types, values) => {
    await expect(evaluateOnDuckDb(name, { types, cases: [values] })).rejects.toThrow(
      /^(Invalid Input|Conversion|Out of Range) Error/,
    );
  });
});
