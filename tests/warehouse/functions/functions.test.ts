import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { decimalOf } from '../../../warehouse/money.ts';
import type { ColumnType, TableShape } from '../../../warehouse/tables.ts';
import type { Value, Warehouse } from '../../../warehouse/warehouse.ts';

const NANOS = 10n ** 9n;
/** Just below 10²⁰, up to which products on DuckDB are exact. */
const LARGEST = 10n ** 29n - 1n;

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
});
afterAll(() => warehouse.close());

const TYPES: Readonly<Record<string, ColumnType>> = {
  splits: 'json',
  moment: 'timestamp',
  member: 'string',
  list: 'json',
};

const tested = new Set<string>();

/** What a function gives for each case; the arguments have the types of columns, as they have in a model. */
async function given(name: string, { types, cases }: { types: readonly ColumnType[]; cases: readonly Value[][] }) {
  tested.add(name);
  const columns = types.map((type, at) => ({ name: `x${at}`, type, optional: true }));
  const shape: TableShape = {
    name: 'scratch.cases',
    meaning: 'Arguments.',
    columns: [{ name: 'nth', type: 'int64', optional: false }, ...columns],
  };
  return warehouse.rehearsal(async (writer) => {
    await writer.migrate([shape]);
    await writer.append(
      shape,
      cases.map((values, nth) => ({
        nth: BigInt(nth),
        ...Object.fromEntries(values.map((value, at) => [`x${at}`, value])),
      })),
    );
    const rows = await writer.query<{ got: Value }>(
      `select fn.${name}(${columns.map((column) => column.name).join(', ')}) as got from scratch.cases order by nth`,
    );
    return rows.map(({ got }) => got);
  });
}

/** A quotient, rounded to a whole number half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const whole = (2n * a + b) / (2n * b);
  return dividend < 0n !== divisor < 0n ? -whole : whole;
}

/** The whole number below a quotient, for a positive divisor. */
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
  test('num_mul rounds to nine places half away from zero', async () => {
    const ties: [bigint, bigint][] = [
      [5n, NANOS / 10n],
      [-5n, NANOS / 10n],
      [15n, NANOS / 10n],
      [4n, NANOS / 10n],
      [1n, 1n],
      [1n, NANOS / 2n],
      [-1n, NANOS / 2n],
      [LARGEST, NANOS],
      [-LARGEST, NANOS],
    ];
    const cases = [...ties, ...pairs(within(10n ** 19n), within(10n ** 18n))];
    const got = await given('num_mul', {
      types: ['numeric', 'numeric'],
      cases: cases.map((pair) => pair.map((value) => decimalOf(value))),
    });
    expect(got).toEqual(cases.map(([a, b]) => decimalOf(rounded(a * b, NANOS))));
  });

  test('num_mul refuses a product that is too large to be exact, rather than rounding it', async () => {
    const cases = [['100000000000', '100000000000']];
    await expect(given('num_mul', { types: ['numeric', 'numeric'], cases })).rejects.toThrow();
  });

  test('num_div rounds to nine places half away from zero, up to 8.5e19', async () => {
    const divisors = within(10n ** 18n).filter((value) => value !== 0n);
    const cases: [bigint, bigint][] = [
      [1n, 2n * NANOS],
      [-1n, 2n * NANOS],
      [3n, 2n * NANOS],
      [NANOS, 3n * NANOS],
      [2n * NANOS, -3n * NANOS],
      [85n * 10n ** 27n - 1n, 3n * NANOS],
      [85n * 10n ** 27n - 1n, -7n],
      ...pairs(within(85n * 10n ** 27n - 1n), divisors),
    ];
    const got = await given('num_div', {
      types: ['numeric', 'numeric'],
      cases: cases.map((pair) => pair.map((value) => decimalOf(value))),
    });
    expect(got).toEqual(cases.map(([a, b]) => decimalOf(rounded(a * NANOS, b))));
  });

  test('num_div by zero is an error, not infinity and not nothing', async () => {
    const division = given('num_div', { types: ['numeric', 'numeric'], cases: [['1', '0']] });
    await expect(division).rejects.toThrow('division by zero');
  });

  test('bps_of rounds to nine places half away from zero', async () => {
    const cases = [[5n, 1000n] as const, [-5n, 1000n] as const, [4n, 1000n] as const, ...pairs(within(LARGEST), BPS)];
    const got = await given('bps_of', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, bps]) => [decimalOf(amount), bps]),
    });
    expect(got).toEqual(cases.map(([amount, bps]) => decimalOf(rounded(amount * bps, 10_000n))));
  });

  test('share_floor and share_rest are the whole and the rest of one division', async () => {
    const cases = pairs(
      within(LARGEST).filter((amount) => amount >= 0n),
      BPS,
    );
    const types: ColumnType[] = ['numeric', 'int64'];
    const values = cases.map(([amount, bps]) => [decimalOf(amount), bps]);
    const floors = await given('share_floor', { types, cases: values });
    expect(floors).toEqual(cases.map(([amount, bps]) => decimalOf((amount * bps) / 10_000n)));
    const rests = await given('share_rest', { types, cases: values });
    expect(rests).toEqual(cases.map(([amount, bps]) => (amount * bps) % 10_000n));
  });

  test('billionths are billionths', async () => {
    const counts = [0n, 1n, -1n, 20n, NANOS, 2n ** 63n - 1n, -(2n ** 63n)];
    const got = await given('billionths', { types: ['int64'], cases: counts.map((count) => [count]) });
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
    const got = await given('minor_floor', {
      types: ['numeric', 'int64'],
      cases: cases.map(([amount, unit]) => [decimalOf(amount), unit]),
    });
    expect(got).toEqual(cases.map(([amount, unit]) => below(amount * unit, NANOS)));
  });

  test('minor_amount gives back what minor_floor took', async () => {
    const cases = pairs(within(2n ** 63n - 1n), UNITS);
    const got = await given('minor_amount', { types: ['int64', 'int64'], cases });
    expect(got).toEqual(cases.map(([minor, unit]) => decimalOf(minor * (NANOS / unit))));
  });

  test('to_numeric takes plain decimals and integers, and rounds what is finer than a billionth', async () => {
    const texts = ['0', '-0.5', '0.000000001', '12.50', '99999999999999999999999999999.999999999', '0.0000000005'];
    const got = await given('to_numeric', { types: ['string'], cases: texts.map((text) => [text]) });
    expect(got).toEqual(['0', '-0.5', '0.000000001', '12.5', '99999999999999999999999999999.999999999', '0.000000001']);
    expect(await given('to_numeric', { types: ['int64'], cases: [[-7n]] })).toEqual(['-7']);
    await expect(given('to_numeric', { types: ['string'], cases: [['12,50']] })).rejects.toThrow();
  });
});

describe('time', () => {
  const instants: [string, string, string][] = [
    ['2026-01-01T00:00:00.000Z', '2026-01', '2026-01-01'],
    ['2026-01-31T23:59:59.999Z', '2026-01', '2026-01-31'],
    ['2025-12-31T23:59:59.999999Z', '2025-12', '2025-12-31'],
    ['2024-02-29T12:00:00.000Z', '2024-02', '2024-02-29'],
    ['1969-12-31T23:00:00.000Z', '1969-12', '1969-12-31'],
    // The clocks of Europe and America change around these.
    ['2026-03-29T01:30:00.000Z', '2026-03', '2026-03-29'],
    ['2026-11-01T00:30:00.000Z', '2026-11', '2026-11-01'],
  ];
  const cases = instants.map(([moment]) => [moment]);

  test('month_of and date_of are of UTC', async () => {
    expect(await given('month_of', { types: ['timestamp'], cases })).toEqual(instants.map(([, month]) => month));
    expect(await given('date_of', { types: ['timestamp'], cases })).toEqual(instants.map(([, , day]) => day));
  });
});

describe('splits', () => {
  const holders = [
    { creator_id: 'cr_ada', share_bps: 3333 },
    { creator_id: 'cr_ben', share_bps: 6667 },
  ];
  const splits = JSON.stringify(holders);

  test('are counted, and read from 1 on; beyond the last there is nothing', async () => {
    expect(await given('split_count', { types: ['json'], cases: [[splits], ['[]'], [null]] })).toEqual([2n, 0n, null]);
    const cases = [
      [splits, 1n],
      [splits, 2n],
      [splits, 3n],
    ];
    const types: ColumnType[] = ['json', 'int64'];
    expect(await given('split_creator_id', { types, cases })).toEqual(['cr_ada', 'cr_ben', null]);
    expect(await given('split_share_bps', { types, cases })).toEqual([3333n, 6667n, null]);
  });
});

describe('lists', () => {
  test('hold a text or not, and nobody knows of nothing', async () => {
    const list = JSON.stringify(['a', "it's", '', 'ä"', '1']);
    const members = ['a', "it's", '', 'ä"', '1', 'b', 'A', ' a', null];
    const types: ColumnType[] = ['string', 'json'];
    expect(await given('is_in_list', { types, cases: members.map((member) => [member, list]) })).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      null,
    ]);
    expect(await given('is_in_list', { types, cases: [['a', '[]']] })).toEqual([false]);
  });
});

test('nothing in is nothing out, and no function is untested', async () => {
  for (const { name, parameters } of FUNCTIONS) {
    expect([...tested], `${name} has a test above`).toContain(name);
    const types = parameters.map((parameter): ColumnType => TYPES[parameter] ?? 'int64');
    expect(await given(name, { types, cases: [parameters.map(() => null)] }), name).toEqual([null]);
  }
});
