import { defineFunction, errorIf, matches } from './function.ts';

/** DuckDB: an amount as an integer of 10⁻⁹; an error from 10²⁰ on, where it would not be exact. */
const nanos = (x: string): string =>
  `cast(cast(${x} as decimal(38, 9)) * cast(1000000000 as decimal(10, 0)) as hugeint)`;

/** DuckDB: the whole units of an amount below 1e9, and its fraction as 10⁻⁹, in 64 bits. The engine expands each mention of an argument, so they are few. */
const units = (x: string): string => `cast(trunc(cast(${x} as decimal(18, 9))) as bigint)`;
const fraction = (x: string): string =>
  `cast(cast(${x} as decimal(18, 9)) % cast(1 as decimal(1, 0)) * 1000000000 as bigint)`;

/** DuckDB: an amount below 1e9 as a 64-bit integer of 10⁻⁹, by its two parts, which is far faster than by a product. */
const smallNanos = (x: string): string => `(${units(x)} * 1000000000 + ${fraction(x)})`;

/** DuckDB: one of two ways to the same value: 64-bit arithmetic for an amount below 9e8, which nearly all are, or any other. */
const bySize = (x: string, { small, large }: { small: string; large: string }): string =>
  `case when ${x} between -900000000 and 900000000 then ${small} else ${large} end`;

/** DuckDB: the given basis points of an amount from 0 to 9e8 as 10⁻⁹, rounded by an addend. */
const partOf = (x: string, addend: string): string =>
  `(${units(x)} * bps * 100000 + (${fraction(x)} * bps + ${addend}) // 10000)`;

/** DuckDB: the amount of an integer of 10⁻⁹, without a conversion to float. */
const fromNanos = (x: string): string => `(cast(${x} as decimal(38, 0)) * cast(0.000000001 as decimal(9, 9)))`;

/** DuckDB: an integer division of non-negative integers, rounded half up. */
const rounded = (dividend: string, divisor: string): string => `(${dividend} + ${divisor} // 2) // ${divisor}`;

/** BigQuery: an amount; an error from 10²⁰ on, where DuckDB is not exact. */
function amountOf(x: string): string {
  const exact = `cast(${x} as numeric)`;
  return errorIf(`abs(${exact}) >= numeric '100000000000000000000'`, 'an amount of 1e20 or more is not exact', exact);
}

const signOf = (x: string, y: string): string => `(case when (${x} < 0) <> (${y} < 0) then -1 else 1 end)`;

const PLAIN_DECIMAL = String.raw`[+-]?[0-9]+(?:\.[0-9]+)?`;

const ifBpsInRange = (part: string): string =>
  errorIf('bps not between -10000 and 10000', 'more than 10000 basis points', part);

const ifPpmInRange = (part: string): string =>
  errorIf('ppm not between 0 and 1000000', 'the parts per million are not from 0 to 1000000', part);

const ifPart = (share: string): string =>
  errorIf('part < 0 or part > whole or whole = 0', 'a part must be from 0 to its whole, which is not 0', share);

const ifShareInRange = (part: string): string =>
  errorIf(
    'amount < 0 or bps not between 0 and 10000',
    'the amount is negative, or the basis points are not from 0 to 10000',
    part,
  );

const ifMinorPerUnitValid = (value: string): string =>
  errorIf('minor_per_unit not in (1, 10, 100, 1000, 10000)', 'minor_per_unit must be 1, 10, 100, 1000 or 10000', value);

export const bpsOf = defineFunction({
  name: 'bps_of',
  parameters: ['amount', 'bps'],
  meaning:
    'The given basis points of an amount, rounded to nine decimal places, half away from zero. More than 10000 basis points, or an amount of 1e20 or more, is an error.',
  duckdb: ifBpsInRange(
    `case when amount between 0 and 900000000 and bps >= 0 then ${fromNanos(partOf('amount', '5000'))}
      else ${fromNanos(`${signOf('amount', 'bps')} * (${rounded(`abs(${nanos('amount')}) * abs(bps)`, '10000')})`)} end`,
  ),
  bigquery: ifBpsInRange(`${amountOf('amount')} * cast(bps as numeric) / numeric '10000'`),
});

export const ppmOf = defineFunction({
  name: 'ppm_of',
  parameters: ['amount', 'ppm'],
  meaning:
    'The given parts per million of an amount, rounded to nine decimal places, half away from zero. Parts outside 0 to 1000000, or an amount of 1e20 or more, are an error.',
  duckdb: ifPpmInRange(
    fromNanos(`${signOf('amount', 'ppm')} * (${rounded(`abs(${nanos('amount')}) * ppm`, '1000000')})`),
  ),
  bigquery: ifPpmInRange(`${amountOf('amount')} * cast(ppm as numeric) / numeric '1000000'`),
});

export const ppmShare = defineFunction({
  name: 'ppm_share',
  parameters: ['part', 'whole'],
  meaning:
    'The share of a part in a whole, in parts per million, rounded down. A part that is negative or more than the whole, or a whole that is zero or 1e20 or more, is an error.',
  duckdb: ifPart(`cast((${nanos('part')} * 1000000) // ${nanos('whole')} as bigint)`),
  bigquery: ifPart(
    `cast(div(cast(${amountOf('part')} as bignumeric) * 1000000000000000, cast(${amountOf('whole')} as bignumeric) * 1000000000) as int64)`,
  ),
});

/** Half away from zero: |part| and |whole| are integers of the same scale. */
const halfAway = (part: string, whole: string): string =>
  `(2 * abs(${part}) * 1000000 + abs(${whole})) // (2 * abs(${whole}))`;

export const ratioPpm = defineFunction({
  name: 'ratio_ppm',
  parameters: ['part', 'whole'],
  meaning:
    'The ratio of two sums in parts per million, rounded half away from zero; null if the whole is zero or either is null. A sum of 1e20 or more, or a result beyond 64 bits, is an error.',
  duckdb: `case when whole <> 0 then cast(${signOf('part', 'whole')} * (${halfAway(nanos('part'), nanos('whole'))}) as bigint) end`,
  bigquery: `case when cast(whole as numeric) <> 0 then cast(${signOf('part', 'whole')} * div(2 * abs(cast(${amountOf('part')} as bignumeric)) * 1000000000000000 + abs(cast(${amountOf('whole')} as bignumeric)) * 1000000000, 2 * abs(cast(${amountOf('whole')} as bignumeric)) * 1000000000) as int64) end`,
});

export const shareFloor = defineFunction({
  name: 'share_floor',
  parameters: ['amount', 'bps'],
  meaning:
    'The given basis points of an amount, rounded down to nine decimal places. An amount that is negative or 1e20 or more, or basis points outside 0 to 10000, are an error.',
  duckdb: ifShareInRange(
    bySize('amount', {
      small: fromNanos(partOf('amount', '0')),
      large: fromNanos(`(${nanos('amount')} * bps) // 10000`),
    }),
  ),
  bigquery: ifShareInRange(
    `cast(div(cast(${amountOf('amount')} as bignumeric) * 1000000000 * bps, bignumeric '10000') / bignumeric '1000000000' as numeric)`,
  ),
});

export const shareRemainder = defineFunction({
  name: 'share_remainder',
  parameters: ['amount', 'bps'],
  meaning: 'The remainder of share_floor, in ten-thousandths of a billionth: 0 to 9999. An error in the same cases.',
  duckdb: ifShareInRange(
    bySize('amount', {
      small: `${fraction('amount')} * bps % 10000`,
      large: `cast((${nanos('amount')} * bps) % 10000 as bigint)`,
    }),
  ),
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
  duckdb: ifMinorPerUnitValid(
    bySize('amount', {
      // Raised by a multiple of every divisor, so that the division of a number that is not negative rounds down.
      small: `(${smallNanos('amount')} + 900000000000000000) // (1000000000 // minor_per_unit) - 900000000 * minor_per_unit`,
      large: 'cast(floor(cast(amount as decimal(38, 9)) * minor_per_unit) as bigint)',
    }),
  ),
  bigquery: ifMinorPerUnitValid('cast(floor(cast(amount as numeric) * minor_per_unit) as int64)'),
});

export const minorRounded = defineFunction({
  name: 'minor_rounded',
  parameters: ['amount', 'minor_per_unit'],
  meaning:
    'An amount in whole minor units, rounded half away from zero. A result beyond 64 bits is an error; minor_per_unit must be as in minor_floor.',
  duckdb: ifMinorPerUnitValid('cast(round(cast(amount as decimal(38, 9)) * minor_per_unit, 0) as bigint)'),
  bigquery: ifMinorPerUnitValid('cast(round(cast(amount as numeric) * minor_per_unit, 0) as int64)'),
});

export const minorAmount = defineFunction({
  name: 'minor_amount',
  parameters: ['minor', 'minor_per_unit'],
  meaning: 'A number of minor units as an amount. minor_per_unit must be as in minor_floor.',
  duckdb: ifMinorPerUnitValid(
    `case when minor between -9000000000 and 9000000000 then ${fromNanos('cast(minor as bigint) * (1000000000 // minor_per_unit)')}
      else ${fromNanos('cast(minor as hugeint) * (1000000000 // minor_per_unit)')} end`,
  ),
  bigquery: ifMinorPerUnitValid('cast(minor as numeric) / cast(minor_per_unit as numeric)'),
});

export const tryNumeric = defineFunction({
  name: 'try_numeric',
  parameters: ['amount'],
  meaning:
    'A plain decimal text as an exact numeric, rounded to nine decimal places, half away from zero; null for any other text and for what is too large.',
  // Most amounts fit into 64 bits, which the engine reads a hundred times faster.
  duckdb: `case when ${matches.duckdb('amount', PLAIN_DECIMAL)} then coalesce(cast(try_cast(amount as decimal(18, 9)) as decimal(38, 9)), try_cast(amount as decimal(38, 9))) end`,
  bigquery: `case when ${matches.bigquery('amount', PLAIN_DECIMAL)} then safe_cast(amount as numeric) end`,
});

export const tryBillionths = defineFunction({
  name: 'try_billionths',
  parameters: ['amount'],
  meaning:
    'A plain decimal text as a 64-bit integer of billionths, rounded half away from zero; null for any other text and for 9.2e9 or more.',
  // Most are whole numbers, which are read by half as much work as others.
  duckdb: `case when cast(try_cast(amount as integer) as varchar) = amount then cast(try_cast(amount as integer) as bigint) * 1000000000
    when ${matches.duckdb('amount', PLAIN_DECIMAL)} then
    coalesce(${smallNanos('try_cast(amount as decimal(18, 9))')}, try(cast(try_cast(amount as decimal(38, 9)) * cast(1000000000 as decimal(10, 0)) as bigint))) end`,
  bigquery: `case when ${matches.bigquery('amount', PLAIN_DECIMAL)} then safe_cast(cast(safe_cast(amount as numeric) as bignumeric) * 1000000000 as int64) end`,
});

export const billionthsOf = defineFunction({
  name: 'billionths_of',
  parameters: ['amount'],
  meaning: 'An amount as a 64-bit integer of billionths; null for 9.2e9 or more.',
  duckdb: bySize('amount', {
    small: smallNanos('amount'),
    large: 'try(cast(cast(amount as decimal(38, 9)) * cast(1000000000 as decimal(10, 0)) as bigint))',
  }),
  bigquery: 'safe_cast(cast(amount as bignumeric) * 1000000000 as int64)',
});

export const billionthsProduct = defineFunction({
  name: 'billionths_product',
  parameters: ['a', 'b'],
  meaning:
    'The product of two integers of billionths that are not negative, as billionths, rounded half up; null if it does not fit into 64 bits.',
  duckdb: `try(a // 1000000000 * b + a % 1000000000 * (b // 1000000000) + (a % 1000000000 * (b % 1000000000) + 500000000) // 1000000000)`,
  bigquery: `safe_cast(div(cast(a as bignumeric) * cast(b as bignumeric) + 500000000, bignumeric '1000000000') as int64)`,
});

export const upperBits = defineFunction({
  name: 'upper_bits',
  parameters: ['count'],
  meaning:
    'The upper half of the bits of a 64-bit integer that is not negative. Halves are summed apart, quickly and without an overflow.',
  duckdb: 'count >> 32',
  bigquery: 'count >> 32',
});

export const lowerBits = defineFunction({
  name: 'lower_bits',
  parameters: ['count'],
  meaning: 'The lower half of the bits of a 64-bit integer that is not negative: 0 to 4294967295.',
  duckdb: 'count & 4294967295',
  bigquery: 'count & 4294967295',
});

export const isBookable = defineFunction({
  name: 'is_bookable',
  parameters: ['amount', 'minor_per_unit'],
  meaning:
    'Whether an amount is at least zero and below 1e15 minor units: exact as a number in JSON, and thousands of the largest fit into 64 bits together. minor_per_unit must be as in minor_floor.',
  duckdb: ifMinorPerUnitValid('amount >= 0 and amount < 1000000000000000 // minor_per_unit'),
  bigquery: ifMinorPerUnitValid('amount >= 0 and amount < div(1000000000000000, minor_per_unit)'),
});

export const isMinor = defineFunction({
  name: 'is_minor',
  parameters: ['amount', 'minor_per_unit'],
  meaning: 'Whether an amount is a whole number of minor units. minor_per_unit must be as in minor_floor.',
  duckdb: ifMinorPerUnitValid(
    bySize('amount', {
      small: `${smallNanos('amount')} % (1000000000 // minor_per_unit) = 0`,
      large: 'cast(amount as decimal(38, 9)) * minor_per_unit = floor(cast(amount as decimal(38, 9)) * minor_per_unit)',
    }),
  ),
  bigquery: ifMinorPerUnitValid(
    'cast(amount as numeric) * minor_per_unit = floor(cast(amount as numeric) * minor_per_unit)',
  ),
});
