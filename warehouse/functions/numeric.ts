import { defineFunction } from './function.ts';

/** On DuckDB an exact numeric as an integer of 10⁻⁹; exact below 10²⁰. */
const nanos = (x: string): string => `cast(${x} * cast(1000000000 as decimal(10, 0)) as hugeint)`;
/** On DuckDB back from an integer of 10⁻⁹, without a detour through a float. */
const fromNanos = (x: string): string => `(cast(${x} as decimal(38, 0)) * cast(0.000000001 as decimal(9, 9)))`;

export const toNumeric = defineFunction({
  name: 'to_numeric',
  parameters: ['amount'],
  meaning: 'A decimal string or integer as an exact numeric of nine places.',
  duckdb: 'cast(amount as decimal(38, 9))',
  bigquery: 'cast(amount as numeric)',
});

export const numMul = defineFunction({
  name: 'num_mul',
  parameters: ['a', 'b'],
  meaning: 'The product, rounded to nine places half away from zero.',
  duckdb: 'cast(cast(a as decimal(38, 9)) * cast(b as decimal(38, 9)) as decimal(38, 9))',
  bigquery: 'cast(a as numeric) * cast(b as numeric)',
});

export const numDiv = defineFunction({
  name: 'num_div',
  parameters: ['a', 'b'],
  meaning:
    'The quotient, rounded to nine places half away from zero; exact for |a| below 8.5e19. A zero divisor is an error.',
  duckdb: `case when b = 0 then error('division by zero') else ${fromNanos(
    `(case when (a < 0) <> (b < 0) then -1 else 1 end) * ((2 * abs(${nanos('a')}) * 1000000000 + abs(${nanos('b')})) // (2 * abs(${nanos('b')})))`,
  )} end`,
  bigquery: 'cast(a as numeric) / cast(b as numeric)',
});

export const bpsOf = defineFunction({
  name: 'bps_of',
  parameters: ['amount', 'bps'],
  meaning: 'So many basis points of an amount, rounded to nine places half away from zero.',
  duckdb: fromNanos(
    `(case when amount < 0 then -1 else 1 end) * ((2 * abs(${nanos('amount')}) * bps + 10000) // 20000)`,
  ),
  bigquery: "round(cast(amount as numeric) * cast(bps as numeric) / numeric '10000', 9)",
});

export const shareFloor = defineFunction({
  name: 'share_floor',
  parameters: ['amount', 'bps'],
  meaning: 'So many basis points of a non-negative amount, rounded down to nine places.',
  duckdb: fromNanos(`(${nanos('amount')} * bps) // 10000`),
  bigquery: `cast(div(cast(amount as bignumeric) * 1000000000 * bps, bignumeric '10000') / bignumeric '1000000000' as numeric)`,
});

export const shareRest = defineFunction({
  name: 'share_rest',
  parameters: ['amount', 'bps'],
  meaning: 'What share_floor leaves over, in ten-thousandths of a billionth: 0 to 9999.',
  duckdb: `cast((${nanos('amount')} * bps) % 10000 as bigint)`,
  bigquery: `cast(mod(cast(amount as bignumeric) * 1000000000 * bps, bignumeric '10000') as int64)`,
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
  meaning: 'The whole minor units in an amount, rounded down, also below zero.',
  duckdb: 'cast(floor(cast(amount as decimal(38, 9)) * minor_per_unit) as bigint)',
  bigquery: 'cast(floor(cast(amount as numeric) * minor_per_unit) as int64)',
});

export const minorAmount = defineFunction({
  name: 'minor_amount',
  parameters: ['minor', 'minor_per_unit'],
  meaning: 'So many minor units as an amount.',
  duckdb: fromNanos('cast(minor as hugeint) * (1000000000 // minor_per_unit)'),
  bigquery: 'cast(minor as numeric) / cast(minor_per_unit as numeric)',
});
