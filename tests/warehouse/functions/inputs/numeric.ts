import fc from 'fast-check';
import { decimalOf } from '../../../../warehouse/money.ts';
import {
  crossed,
  each,
  type Inputs,
  type InputsByName,
  LARGEST_INT64,
  LEAST_INT64,
  marred,
  nullable,
  sometimes,
} from './arbitrary.ts';
import { COUNT_EDGES, factorCounts, halves, positiveNanos } from './counts.ts';

const NANOS = 10n ** 9n;
/** In 10⁻⁹: the smallest amount that is refused, and the largest numeric. */
const TOO_LARGE = 10n ** 29n;
const LARGEST_NUMERIC = 10n ** 38n - 1n;

/** As many small numbers as large ones, round ones and their neighbours, of both signs. */
export function numbersTo(digits: number): fc.Arbitrary<bigint> {
  const ofLength = fc
    .integer({ min: 1, max: digits })
    .chain((length) => fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }));
  const round = fc
    .tuple(
      fc.bigInt({ min: 0n, max: 999n }),
      fc.integer({ min: 0, max: Math.max(0, digits - 3) }),
      fc.bigInt({ min: -1n, max: 1n }),
    )
    .map(([few, zeros, more]) => few * 10n ** BigInt(zeros) + more);
  const halves = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.integer({ min: 0, max: Math.max(0, digits - 8) }))
    .map(([few, zeros]) => (2n * few + 1n) * 5n * 10n ** BigInt(zeros));
  return fc
    .tuple(fc.oneof(sometimes(ofLength, 3), sometimes(round, 1), sometimes(halves, 1)), fc.boolean())
    .map(([value, negative]) => (negative ? -value : value));
}

export const amount = (nanos: bigint): string => decimalOf(nanos);
const amountsTo = (digits: number): fc.Arbitrary<string> => numbersTo(digits).map(amount);
/**
 * In 10⁻⁹: on DuckDB, amounts below 9e8, minor units below 9e9 and texts below 1e9 take a shorter way; more than 2⁶³ - 1 is no
 * 64-bit number.
 */
export const BORDERS = each(
  [899_000_000n * NANOS, 900_000_000n * NANOS, NANOS * NANOS, 9n * NANOS * NANOS, LARGEST_INT64].flatMap((most) => [
    most - 1n,
    most,
    most + 1n,
  ]),
);
/** Amounts within a few units of a border, most of them with nine decimals. */
export const borderNanos = fc
  .tuple(
    fc.constantFrom(...BORDERS),
    fc.oneof(
      fc.bigInt({ min: -20_000n, max: 20_000n }),
      fc.bigInt({ min: -5n * NANOS, max: 5n * NANOS }),
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    ),
  )
  .map(([border, more]) => border + more);
const borderAmounts = borderNanos.map(amount);
/** Mostly valid amounts with all digits, and sometimes one that is too large. */
export const amounts = fc.oneof(
  sometimes(amountsTo(29), 60),
  sometimes(borderAmounts, 20),
  sometimes(amountsTo(38), 1),
);

export const AMOUNT_EDGES = each([
  0n,
  1n,
  5n,
  NANOS / 2n,
  NANOS - 1n,
  NANOS,
  85n * 10n ** 27n - 1n,
  85n * 10n ** 27n,
  TOO_LARGE - 1n,
  TOO_LARGE,
  LARGEST_NUMERIC,
]).map(amount);

/** Products with exactly a half at the tenth decimal place. */
const tiedFactors = fc
  .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.integer({ min: 0, max: 8 }))
  .map(([k, zeros]) => [amount((2n * k + 1n) * 5n * 10n ** BigInt(zeros)), amount(10n ** BigInt(8 - zeros))]);

const int64s = fc.oneof(
  sometimes(numbersTo(18), 20),
  sometimes(fc.bigInt({ min: LEAST_INT64, max: LARGEST_INT64 }), 5),
);
const INT64_EDGES = [...each([0n, 1n, 99n, NANOS]), LEAST_INT64, LARGEST_INT64];
const units = fc.oneof(
  sometimes(fc.constantFrom(1n, 10n, 100n, 1000n, 10_000n), 60),
  sometimes(fc.constantFrom(0n, -1n, -100n, 7n, 99n, 100_000n, LEAST_INT64, LARGEST_INT64), 1),
);
const UNIT_EDGES = [1n, 10n, 100n, 1000n, 10_000n, 0n, -1n, -100n, 3n, 100_000n, LARGEST_INT64];

const digits = (max: number): fc.Arbitrary<string> =>
  fc
    .integer({ min: 1, max })
    .chain((length) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length }));
const plainDecimals = fc
  .tuple(fc.constantFrom('', '', '-', '+'), digits(28), fc.option(digits(20), { nil: undefined }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`);
const ODD_DECIMALS = [
  ...[
    '',
    '.',
    '-',
    '+',
    '1.',
    '.5',
    '-.5',
    '1e3',
    '1E-9',
    '1_000',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    '\u00a01',
    '--1',
    '+-1',
    '1-',
  ],
  ...[
    '0x10',
    'NaN',
    'inf',
    'Infinity',
    '1.2.3',
    '\u0661',
    '\uff11',
    '1\u0000',
    'null',
    '1f',
    '1d',
    '1.5.',
    '00',
    '-0',
    '+0.0',
  ],
  ...['0.0000000005', '-0.0000000005', '0.00000000049999999999999999999999', '1.0000000015', '-1.0000000025'],
  ...[LARGEST_NUMERIC, -LARGEST_NUMERIC].flatMap((most) => [`${amount(most)}`, `${amount(most)}4`, `${amount(most)}5`]),
  ...['100000000000000000000000000000', '00000000000000000000000000000000000000000000001', `1${'0'.repeat(60)}`],
  `0.${'9'.repeat(60)}`,
  `0.${'0'.repeat(60)}1`,
];

const shortDecimals = fc
  .tuple(fc.constantFrom('', '', '-', '+'), digits(10), fc.option(digits(12), { nil: undefined }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`);
/** Texts that are rounded over a border. */
const TIED_TEXTS = [
  '999999999.9999999994',
  '999999999.9999999995',
  '9223372036.8547758074',
  '9223372036.8547758075',
].flatMap((text) => [text, `-${text}`]);

const wholeMinors: Inputs = {
  types: ['numeric', 'int64'],
  edges: [
    ...crossed(AMOUNT_EDGES, UNIT_EDGES),
    // The largest 64-bit value, and a billionth more.
    ...each([LARGEST_INT64 * NANOS, (LARGEST_INT64 + 1n) * NANOS - 1n, (LARGEST_INT64 + 1n) * NANOS]).map((most) => [
      amount(most),
      1n,
    ]),
    [amount(LEAST_INT64 * NANOS - 1n), 1n],
    [amount((LARGEST_INT64 + 1n) * 10n ** 7n - 1n), 100n],
    // A half of a minor unit.
    ...each([5n * 10n ** 6n, 15n * 10n ** 6n, 5n * 10n ** 6n - 1n]).map((value) => [amount(value), 100n]),
    [amount(LEAST_INT64 * 10n ** 7n - 1n), 100n],
  ],
  random: fc.tuple(
    nullable(
      fc.oneof(
        sometimes(amountsTo(24), 60),
        sometimes(borderAmounts, 20),
        sometimes(amountsTo(28), 3),
        sometimes(amountsTo(38), 1),
      ),
    ),
    nullable(units),
  ),
};

export const NUMERIC_INPUTS: InputsByName = {
  try_numeric: {
    types: ['string'],
    edges: [...ODD_DECIMALS, null].map((text) => [text]),
    random: fc.tuple(
      nullable(fc.oneof(sometimes(plainDecimals, 20), sometimes(marred(plainDecimals, '0123456789.eE-+_, x'), 1))),
    ),
  },
  try_billionths: {
    types: ['string'],
    edges: [...ODD_DECIMALS, ...BORDERS.map(amount), ...TIED_TEXTS, null].map((text) => [text]),
    random: fc.tuple(
      nullable(
        fc.oneof(
          sometimes(shortDecimals, 20),
          sometimes(plainDecimals, 2),
          sometimes(borderAmounts, 5),
          sometimes(marred(shortDecimals, '0123456789.eE-+_, x'), 1),
        ),
      ),
    ),
  },
  billionths_of: {
    types: ['numeric'],
    edges: [...AMOUNT_EDGES, ...BORDERS.map(amount), null].map((value) => [value]),
    random: fc.tuple(
      nullable(fc.oneof(sometimes(amountsTo(19), 20), sometimes(borderAmounts, 10), sometimes(amountsTo(38), 1))),
    ),
  },
  is_bookable: {
    types: ['numeric', 'int64'],
    edges: [
      ...crossed(AMOUNT_EDGES, UNIT_EDGES),
      ...crossed(
        ['99999999999.999999999', '100000000000', '999999999999999.999999999', '1000000000000000'],
        UNIT_EDGES,
      ),
    ],
    random: fc.tuple(nullable(amountsTo(26)), nullable(units)),
  },
  billionths_product: {
    types: ['int64', 'int64'],
    edges: crossed(COUNT_EDGES, COUNT_EDGES),
    random: fc.oneof(
      sometimes(factorCounts, 20),
      sometimes(
        tiedFactors.map(([a, b]) => [positiveNanos(a), positiveNanos(b)]),
        5,
      ),
    ),
  },
  billionths: {
    types: ['int64'],
    edges: [...INT64_EDGES, null].map((count) => [count]),
    random: fc.tuple(nullable(int64s)),
  },
  upper_bits: halves,
  lower_bits: halves,
  minor_floor: wholeMinors,
  minor_rounded: wholeMinors,
  minor_amount: {
    types: ['int64', 'int64'],
    edges: crossed(INT64_EDGES, UNIT_EDGES),
    random: fc.tuple(nullable(int64s), nullable(units)),
  },
  is_minor: {
    types: ['numeric', 'int64'],
    edges: crossed(
      [...AMOUNT_EDGES, '0.1', '0.01', '0.001', '0.0001', '-0.01', '1.005', '12.34', '5.0005'],
      UNIT_EDGES,
    ),
    random: fc.tuple(
      nullable(
        fc.oneof(
          sometimes(amountsTo(24), 20),
          sometimes(borderAmounts, 5),
          sometimes(
            numbersTo(15).map((minor) => amount(minor * 10n ** 5n)),
            40,
          ),
          sometimes(amountsTo(38), 1),
        ),
      ),
      nullable(units),
    ),
  },
};
