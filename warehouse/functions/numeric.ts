import { defineFunction, matches, refusedWhere } from './function.ts';

/** On DuckDB an amount as an integer of 10⁻⁹; an error from 10²⁰ on, where it would not be exact. */
const nanos = (x: string): string =>
  `cast(cast(${x} as decimal(38, 9)) * cast(1000000000 as decimal(10, 0)) as hugeint)`;

/** On DuckDB back from an integer of 10⁻⁹, without a detour through a float. */
const fromNanos = (x: string): string => `(cast(${x} as decimal(38, 0)) * cast(0.000000001 as decimal(9, 9)))`;

/** On DuckDB a whole quotient of integers that are not negative, rounded half up. */
const rounded = (dividend: string, divisor: string): string => `(${dividend} + ${divisor} // 2) // ${divisor}`;

/** On BigQuery an amount; an error from 10²⁰ on, where DuckDB is not exact. */
const amountOf = (x: string): string => smallerThanDuckDbRefuses(`cast(${x} as numeric)`, { as: 'numeric' });

function smallerThanDuckDbRefuses(x: string, { as }: { as: 'numeric' | 'bignumeric' }): string {
  return refusedWhere(`abs(${x}) >= ${as} '100000000000000000000'`, 'an amount of 1e20 or more is not exact', x);
}

const signOf = (x: string, y: string): string => `(case when (${x} < 0) <> (${y} < 0) then -1 else 1 end)`;

const PLAIN_DECIMAL = String.raw`[+-]?[0-9]+(?:\.[0-9]+)?`;

const ofTheWhole = (part: string): string =>
  refusedWhere('bps < -10000 or bps > 10000', 'more than 10000 basis points', part);

const shared = (part: string): string =>
  refusedWhere('amount < 0 or bps < 0 or bps > 10000', 'a share of a negative amount, or not of 0 to 10000 bps', part);

const ofUnits = (value: string): string =>
  refusedWhere('minor_per_unit not in (1, 10, 100, 1000, 10000)', 'no currency has so many minor units', value);

export const toNumeric = defineFunction({
  name: 'to_numeric',
  parameters: ['amount'],
  meaning:
    'A plain decimal text or an integer as an exact numeric, rounded to nine places half away from zero. Any other text is an error.',
  duckdb: refusedWhere(
    `not ${matches.duckdb('cast(amount as varchar)', PLAIN_DECIMAL)}`,
    'no plain decimal',
    'cast(amount as decimal(38, 9))',
  ),
  bigquery: refusedWhere(
    `not ${matches.bigquery('cast(amount as string)', PLAIN_DECIMAL)}`,
    'no plain decimal',
    'cast(amount as numeric)',
  ),
});

export const numMul = defineFunction({
  name: 'num_mul',
  parameters: ['a', 'b'],
  meaning: 'The product, rounded to nine places half away from zero. One of 1e20 or more is an error.',
  duckdb: 'cast(cast(a as decimal(38, 9)) * cast(b as decimal(38, 9)) as decimal(38, 9))',
  bigquery: `cast(${smallerThanDuckDbRefuses('(cast(a as bignumeric) * cast(b as bignumeric))', { as: 'bignumeric' })} as numeric)`,
});

export const bpsOf = defineFunction({
  name: 'bps_of',
  parameters: ['amount', 'bps'],
  meaning:
    'So many basis points of an amount, rounded to nine places half away from zero. More than all of it is an error, and so is an amount of 1e20 or more.',
  duckdb: ofTheWhole(
    fromNanos(`${signOf('amount', 'bps')} * (${rounded(`abs(${nanos('amount')}) * abs(bps)`, '10000')})`),
  ),
  bigquery: ofTheWhole(`${amountOf('amount')} * cast(bps as numeric) / numeric '10000'`),
});

export const shareFloor = defineFunction({
  name: 'share_floor',
  parameters: ['amount', 'bps'],
  meaning:
    'So many basis points of an amount, rounded down to nine places. A negative amount or one of 1e20 or more is an error, and so are basis points outside 0 to 10000.',
  duckdb: shared(fromNanos(`(${nanos('amount')} * bps) // 10000`)),
  bigquery: shared(
    `cast(div(cast(${amountOf('amount')} as bignumeric) * 1000000000 * bps, bignumeric '10000') / bignumeric '1000000000' as numeric)`,
  ),
});

export const shareRest = defineFunction({
  name: 'share_rest',
  parameters: ['amount', 'bps'],
  meaning: 'What share_floor leaves over, in ten-thousandths of a billionth: 0 to 9999. An error where that is one.',
  duckdb: shared(`cast((${nanos('amount')} * bps) % 10000 as bigint)`),
  bigquery: shared(
    `cast(mod(cast(${amountOf('amount')} as bignumeric) * 1000000000 * bps, bignumeric '10000') as int64)`,
  ),
});

export const billionths = defineFunction({
  name: 'billionths',
  parameters: ['count'],
  meaning: 'So many billionths as an exact numeric.',
  duckdb: fromNanos('count'),
  bigquery: `cast(count as numeric) * numeric '0.000000001'`,
});

export const minorFloor = defineFunction({
  name: 'minor_floor',
  parameters: ['amount', 'minor_per_unit'],
  meaning:
    'The whole minor units in an amount, rounded down, also below zero. More than 64 bits hold is an error, and so is a unit of another size than a currency has: 1, 10, 100, 1000 or 10000.',
  duckdb: ofUnits('cast(floor(cast(amount as decimal(38, 9)) * minor_per_unit) as bigint)'),
  bigquery: ofUnits('cast(floor(cast(amount as numeric) * minor_per_unit) as int64)'),
});

export const minorAmount = defineFunction({
  name: 'minor_amount',
  parameters: ['minor', 'minor_per_unit'],
  meaning:
    'So many minor units as an amount. A unit of another size than a currency has is an error, as in minor_floor.',
  duckdb: ofUnits(fromNanos('cast(minor as hugeint) * (1000000000 // minor_per_unit)')),
  bigquery: ofUnits('cast(minor as numeric) / cast(minor_per_unit as numeric)'),
});
