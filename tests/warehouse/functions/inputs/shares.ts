import fc from 'fast-check';
import {
  crossed,
  each,
  type Inputs,
  type InputsByName,
  LARGEST_INT64,
  LEAST_INT64,
  nullable,
  sometimes,
} from './arbitrary.ts';
import { AMOUNT_EDGES, amount, amounts, numbersTo } from './numeric.ts';

const bps = fc.oneof(
  sometimes(fc.bigInt({ min: 0n, max: 10_000n }), 60),
  sometimes(fc.constantFrom(0n, 1n, 2500n, 5000n, 9999n, 10_000n), 20),
  sometimes(fc.bigInt({ min: LEAST_INT64, max: LARGEST_INT64 }), 1),
  sometimes(fc.bigInt({ min: 10_001n, max: 20_000n }), 1),
);
const BPS_EDGES = [...each([0n, 1n, 3333n, 5000n, 10_000n, 10_001n]), LEAST_INT64, LARGEST_INT64];
const shares: Inputs = {
  types: ['numeric', 'int64'],
  edges: crossed(AMOUNT_EDGES, BPS_EDGES),
  random: fc.tuple(nullable(amounts.map((value) => value.replace('-', ''))), nullable(bps)),
};

const ppm = fc.oneof(
  sometimes(fc.bigInt({ min: 0n, max: 1_000_000n }), 60),
  sometimes(fc.constantFrom(0n, 1n, 158_250n, 300_000n, 500_000n, 1_000_000n), 20),
  sometimes(fc.constantFrom(-1n, 1_000_001n, LEAST_INT64, LARGEST_INT64), 1),
);
/** Two amounts, mostly the smaller one first. */
const parts: Inputs = {
  types: ['numeric', 'numeric'],
  edges: crossed(AMOUNT_EDGES, AMOUNT_EDGES),
  random: fc.oneof(
    sometimes(
      fc.tuple(numbersTo(29), numbersTo(29)).map((both) =>
        both
          .map((value) => (value < 0n ? -value : value))
          .toSorted((a, b) => (a < b ? -1 : 1))
          .map(amount),
      ),
      20,
    ),
    sometimes(fc.tuple(nullable(amounts), nullable(amounts)), 3),
  ),
};

/** Two sums of either sign, also with results of exactly a half. */
const ratios: Inputs = {
  types: ['numeric', 'numeric'],
  edges: [
    ...crossed(AMOUNT_EDGES, AMOUNT_EDGES),
    ...each([1n, 3n, 2_000_001n]).flatMap((part) => [[amount(part), amount(2_000_000n)]]),
  ],
  random: fc.oneof(
    sometimes(fc.tuple(numbersTo(24).map(amount), numbersTo(24).map(amount)), 20),
    sometimes(fc.tuple(nullable(amounts), nullable(amounts)), 3),
  ),
};

export const SHARE_INPUTS: InputsByName = {
  bps_of: {
    types: ['numeric', 'int64'],
    edges: crossed(AMOUNT_EDGES, BPS_EDGES),
    random: fc
      .tuple(nullable(amounts), nullable(bps), fc.boolean())
      .map(([value, part, negative]) => [value, negative && part !== null && part !== LEAST_INT64 ? -part : part]),
  },
  ppm_of: {
    types: ['numeric', 'int64'],
    edges: crossed(AMOUNT_EDGES, [0n, 1n, 500_000n, 1_000_000n, 1_000_001n, -1n, LARGEST_INT64]),
    random: fc.tuple(nullable(amounts), nullable(ppm)),
  },
  ppm_share: parts,
  ratio_ppm: ratios,
  share_floor: shares,
  share_remainder: shares,
};
