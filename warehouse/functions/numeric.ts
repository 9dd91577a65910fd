import { defineFunction, errorIf, matches } from './function.ts';

/** DuckDB: an amount as an integer of 10⁻⁹; an error from 10²⁰ on, where it would not be exact. */
const nanos = (x: string): string =>
  `cast(cast(${x} as decimal(38, 9)) * cast(1000000000 as decimal(10, 0)) as hugeint)`;

/** DuckDB: the amount of an integer of 10⁻⁹, without a conversion to float. */
const fromNanos = (x: string): string => `(cast(${x} as decimal(38, 0)) * cast(0.000000001 as decimal(9, 9)))`;

/** DuckDB: an integer division of non-negative integers, rounded half up. */
const rounded = (dividend: string, divisor: string): string => `(${dividend} + ${divisor} // 2) // ${divisor}`;

/** BigQuery: an amount; an error from 10²⁰ on, where DuckDB is not exact. */
const amountOf = (x: string): string => withinDuckDbRange(`cast(${x} as numeric)`, { as: 'numeric' });

function withinDuckDbRange(x: string, { as }: { as: 'numeric' | 'bignumeric' }): string {
  return errorIf(`abs(${x}) >= ${as} '100000000000000000000'`, 'an amount of 1e20 or more is not exact', x);
}

const signOf = (x: string, y: string): string => `(case when (${x} < 0) <> (${y} < 0) then -1 else 1 end)`;

const PLAIN_DECIMAL = String.raw`[+-]?[0-9]+(?:\.[0-9]+)?`;

const ifBpsInRange = (part: string): string =>
  errorIf('bps < -10000 or bps > 10000', 'more than 10000 basis points', part);

const ifShareInRange = (part: string): string =>
  errorIf(
    'amount < 0 or bps < 0 or bps > 10000',
    'the amount is negative, or the basis points are not from 0 to 10000',
    part,
  );

const ifMinorPerUnitValid = (value: string): string =>
  errorIf('minor_per_unit not in (1, 10, 100, 1000, 10000)', 'minor_per_unit must be 1, 10, 100, 1000 or 10000', value);

export const toNumeric = defineFunction({
  name: 'to_numeric',
  parameters: ['amount'],
  meaning:
    'A plain decimal text or an integer as an exact numeric, rounded to nine decimal places, half away from zero. Any other text is an error.',
  duckdb: errorIf(
    `not ${matches.duckdb('cast(amount as varchar)', PLAIN_DECIMAL)}`,
    'not a plain decimal',
    'cast(amount as decimal(38, 9))',
  ),
  bigquery: errorIf(
    `not ${matches.bigquery('cast(amount as string)', PLAIN_DECIMAL)}`,
    'not a plain decimal',
    'cast(amount as numeric)',
  ),
});

export const numMul = defineFunction({
  name: 'num_mul',
  parameters: ['a', 'b'],
  meaning: 'The product, rounded to nine decimal places, half away from zero. A product of 1e20 or more is an error.',
  duckdb: 'cast(cast(a as decimal(38, 9)) * cast(b as decimal(38, 9)) as decimal(38, 9))',
  bigquery: `cast(${withinDuckDbRange('(cast(a as bignumeric) * cast(b as bignumeric))', { as: 'bignumeric' })} as numeric)`,
});

export const bpsOf = defineFunction({
  name: 'bps_of',
  parameters: ['amount', 'bps'],
  meaning:
    'The given basis points of an amount, rounded to nine decimal places, half away from zero. More than 10000 basis points, or an amount of 1e20 or more, is an error.',
  duckdb: ifBpsInRange(
    fromNanos(`${signOf('amount', 'bps')} * (${rounded(`abs(${nanos('amount')}) * abs(bps)`, '10000')})`),
  ),
  bigquery: ifBpsInRange(`${amountOf('amount')} * cast(bps as numeric) / numeric '10000'`),
});

export const shareFloor = defineFunction({
  name: 'share_floor',
  parameters: ['amount', 'bps'],
  meaning:
    'The given basis points of an amount, rounded down to nine decimal places. An amount that is negative or 1e20 or more, or basis points outside 0 to 10000, are an error.',
  duckdb: ifShareInRange(fromNanos(`(${nanos('amount')} * bps) // 10000`)),
  bigquery: ifShareInRange(
    `cast(div(cast(${amountOf('amount')} as bignumeric) * 1000000000 * bps, bignumeric '10000') / bignumeric '1000000000' as numeric)`,
  ),
});

export const shareRemainder = defineFunction({
  name: 'share_remainder',
  parameters: ['amount', 'bps'],
  meaning: 'The remainder of share_floor, in ten-thousandths of a billionth: 0 to 9999. An error in the same cases.',
  duckdb: ifShareInRange(`cast((${nanos('amount')} * bps) % 10000 as bigint)`),
  bigquery: ifShareInRange(
    `cast(mod(cast(${amountOf('amount')} as bignumeric) * 1000000000 * bps, bignumeric '10000') as int64)`,
  ),
});

export const billionths = defineFunction({
  name: 'billionths',
  parameters: ['count'],
  meaning: 'A number of billionths as an exact numeric.',
  duckdb: fromNanos('count'),
  bigquery: `cast(count as numeric) * numeric '0.000000001'`,
});

export const minorFloor = defineFunction({
  name: 'minor_floor',
  parameters: ['amount', 'minor_per_unit'],
  meaning:
    'An amount in whole minor units, rounded towards negative infinity. A result beyond 64 bits is an error, and so is a minor_per_unit other than 1, 10, 100, 1000 or 10000.',
  duckdb: ifMinorPerUnitValid('cast(floor(cast(amount as decimal(38, 9)) * minor_per_unit) as bigint)'),
  bigquery: ifMinorPerUnitValid('cast(floor(cast(amount as numeric) * minor_per_unit) as int64)'),
});

export const minorAmount = defineFunction({
  name: 'minor_amount',
  parameters: ['minor', 'minor_per_unit'],
  meaning: 'A number of minor units as an amount. minor_per_unit must be as in minor_floor.',
  duckdb: ifMinorPerUnitValid(fromNanos('cast(minor as hugeint) * (1000000000 // minor_per_unit)')),
  bigquery: ifMinorPerUnitValid('cast(minor as numeric) / cast(minor_per_unit as numeric)'),
});
