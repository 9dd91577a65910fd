import fc from 'fast-check';
import { parseDecimal } from '../../../../warehouse/money.ts';
import { type Inputs, LARGEST_INT64, nullable } from './arbitrary.ts';

const NANOS = 10n ** 9n;

/** Numbers of billionths, around what their product can be. */
export const COUNT_EDGES = [
  0n,
  1n,
  5n,
  NANOS / 2n,
  NANOS - 1n,
  NANOS,
  2n * NANOS,
  2n ** 32n,
  3_037_000_499_976_049_692n,
  LARGEST_INT64,
];
/** Two counts whose product is small, large, or just too large. */
export const factorCounts = fc
  .integer({ min: 1, max: 28 })
  .chain((length) =>
    fc.tuple(fc.constant(length), fc.integer({ min: Math.max(1, length - 18), max: Math.min(18, length) })),
  )
  .chain(([length, first]) =>
    fc.tuple(nullable(countBelow(first)), nullable(countBelow(Math.min(18, length - first + 1)))),
  );
function countBelow(length: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n });
}
export function positiveNanos(text: string | undefined): bigint {
  return BigInt.asUintN(62, parseDecimal(text?.replace('-', '') ?? '0'));
}

/** Counts that are not negative, as upper_bits and lower_bits take them. */
export const halves: Inputs = {
  types: ['int64'],
  edges: [...COUNT_EDGES, 2n ** 32n - 1n, null].map((count) => [count]),
  random: fc.tuple(nullable(fc.oneof(countBelow(10), fc.bigInt({ min: 0n, max: LARGEST_INT64 })))),
};
