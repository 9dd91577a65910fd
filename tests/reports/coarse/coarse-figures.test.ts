import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CoarseFigures,
  type Contribution,
  coarseFigures,
  OTHER,
  THRESHOLD,
} from '../../../reports/coarse/coarse-figures.ts';
import { drawsOf, geometricNoise } from '../../../reports/coarse/noise.ts';
import { decimalOf, parseDecimal } from '../../../warehouse/money.ts';
import { parsePeriod } from '../../../warehouse/period.ts';

const TYPES = ['one_time', 'subscription', 'metered'];

const figuresOf = (contributions: readonly Contribution[], noise = 0): CoarseFigures =>
  coarseFigures({ period: parsePeriod('2026-01'), seal: 'a seal', contributions, noise });
const earned = (license_type: string, amounts: readonly number[]): Contribution[] =>
  amounts.map((amount, at) => ({
    ...{ currency: 'USD', license_type, creator_id: `cr_${at}`, royalty_amount: String(amount) },
  }));
const shown = ({ royalties }: CoarseFigures) =>
  royalties.map(({ license_type, royalty_amount }) => `${license_type} ${Number(royalty_amount)}`);
const equal = (count: number, amount: number): number[] => Array.from({ length: count }, () => amount);

describe('royalties', () => {
  test.each([
    ['are shown where enough creators earn about the same', [[10, 5]], ['one_time 50'], []],
    ['of nine creators are not shown, nor that they are there', [[9, 5]], [], []],
    [
      'that are hidden are shown with the smallest others, from which they do not follow',
      [
        [9, 5],
        [20, 5],
        [12, 5],
      ],
      ['subscription 100', 'other 105'],
      [['metered', 'one_time']],
    ],
    [
      'that are in other are named with what nobody earned in',
      [
        [9, 5],
        [12, 5],
      ],
      ['other 105'],
      [[...TYPES].sort()],
    ],
  ] as const)('%s', (_, cells, wanted, suppressed) => {
    const figures = figuresOf(cells.flatMap(([count, amount], at) => earned(TYPES[at] ?? '', equal(count, amount))));
    expect(shown(figures)).toEqual(wanted);
    expect(figures.suppressed.map(({ license_types }) => license_types)).toEqual(suppressed);
  });

  test('that the second largest creator could work out are not shown', () => {
    // The others earn 9 together, less than 10 % of 100.
    expect(shown(figuresOf(earned('one_time', [100, 50, ...equal(9, 1)])))).toEqual([]);
    expect(shown(figuresOf(earned('one_time', [100, 50, ...equal(10, 1)])))).toEqual(['one_time 160']);
  });

  test('of which those in another cell leave only one creator are not shown', () => {
    const sold = earned('one_time', [100_000, 50, ...equal(12, 1_000)]);
    const takenBack = earned('subscription', [0, 0, ...equal(12, -1_000)]);
    expect([shown(figuresOf(sold)), shown(figuresOf(takenBack))]).toEqual([
      ['one_time 112050'],
      ['subscription -12000'],
    ]);
    expect(shown(figuresOf([...sold, ...takenBack]))).toEqual([]);
  });

  test('that were taken back count as far as they move the sum, and zero not at all', () => {
    expect(shown(figuresOf(earned('one_time', [-100, 50, ...equal(10, 1)])))).toEqual(['one_time -40']);
    expect(shown(figuresOf(earned('one_time', [5, ...equal(12, 0)])))).toEqual([]);
  });
});

test('whoever adds published figures finds no sum of fewer creators, and no creator', () => {
  // Of three cells the last is often below the threshold.
  const contribution = fc.record({
    currency: fc.constant('USD'),
    license_type: fc.constantFrom(...TYPES.slice(0, 2), ...TYPES),
    creator_id: fc.integer({ min: 1, max: 16 }).map((number) => `cr_${number}`),
    royalty_amount: fc.oneof(fc.integer({ min: -50, max: 300 }), fc.integer({ min: 1, max: 20 })).map(String),
  });
  const keyOf = ({ license_type, creator_id }: Contribution) => `${license_type}/${creator_id}`;
  let suppressions = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(contribution, { selector: keyOf, minLength: 24, maxLength: 45, size: 'max' }),
      (contributions) => {
        const figures = figuresOf(contributions);
        const hidden = figures.suppressed.flatMap(({ license_types }) => license_types);
        if (hidden.length > 0 && figures.royalties.length > 0) suppressions++;
        const typesOf = (name: string): readonly string[] => (name === OTHER ? hidden : [name]);
        const published = figures.royalties.map(({ license_type }) => license_type);
        for (let chosen = 1; chosen < 2 ** published.length; chosen++) {
          const types = published.filter((_, at) => chosen & (1 << at)).flatMap(typesOf);
          const amounts = new Map<string, number>();
          for (const { license_type, creator_id, royalty_amount } of contributions) {
            if (!types.includes(license_type)) continue;
            amounts.set(creator_id, (amounts.get(creator_id) ?? 0) + Number(royalty_amount));
          }
          const weights = [...amounts.values()].filter((amount) => amount !== 0).map(Math.abs);
          const [largest = 0, second = 0, ...others] = weights.sort((a, b) => b - a);
          expect(weights.length).toBeGreaterThanOrEqual(THRESHOLD);
          // The second largest knows its own part; what is left of the sum is the largest and this error.
          expect(others.reduce((sum, each) => sum + each, 0) * 10).toBeGreaterThanOrEqual(largest);
          expect(second).toBeLessThanOrEqual(largest);
        }
        // What is published is true: it is nothing, or all that was earned.
        const all = figures.royalties.length === 0 ? [] : contributions;
        const sum = (amounts: readonly { royalty_amount: string }[]) =>
          decimalOf(amounts.reduce((total, { royalty_amount }) => total + parseDecimal(royalty_amount), 0n));
        expect(sum(figures.royalties)).toBe(sum(all));
      },
    ),
    { numRuns: 150, seed: 16 },
  );
  expect(suppressions).toBeGreaterThan(20);
});

test('the number of creators has the noise that was drawn, and is never below zero', () => {
  expect(figuresOf(earned('one_time', [1, 2, 3]), 2).creator_count).toBe(5);
  expect(figuresOf(earned('one_time', [1, 2, 3]), -7).creator_count).toBe(0);
});

test('noise is a difference of two counts of draws below e^−1', () => {
  const draws = [0.1, 0.36, 0.37, 0.2, 0.9];
  expect(geometricNoise(() => draws.shift() ?? 1)).toBe(2 - 1);
});

test('noise is drawn from the secret of a closing, each time alike', () => {
  const noises = Array.from({ length: 2000 }, (_, at) => geometricNoise(drawsOf(`secret ${at}`)));
  expect(Array.from({ length: 2000 }, (_, at) => geometricNoise(drawsOf(`secret ${at}`)))).toEqual(noises);
  // 46 % of draws are 0 by the distribution, and above and below it are alike.
  const share = (is: (noise: number) => boolean) => noises.filter(is).length / noises.length;
  expect(share((noise) => noise === 0)).toBeCloseTo((1 - Math.exp(-1)) / (1 + Math.exp(-1)), 1);
  expect(share((noise) => noise > 0) - share((noise) => noise < 0)).toBeCloseTo(0, 1);
});
