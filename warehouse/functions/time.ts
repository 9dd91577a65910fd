import { defineFunction } from './function.ts';

export const monthOf = defineFunction({
  name: 'month_of',
  parameters: ['moment'],
  meaning: 'The period of an instant in UTC: 2026-01.',
  duckdb: `strftime(make_timestamp(epoch_us(moment)), '%Y-%m')`,
  bigquery: `format_timestamp('%E4Y-%m', moment, 'UTC')`,
});

const BOOKED_IN =
  'case when open_period is null or earned_period >= open_period then earned_period else open_period end';

export const bookedIn = defineFunction({
  name: 'booked_in',
  parameters: ['earned_period', 'open_period'],
  meaning:
    'The period in which something is booked: the one in which it was earned, or the earliest that was open when it was recorded, whichever is later. An open period of NULL: none was closed.',
  duckdb: BOOKED_IN,
  bigquery: BOOKED_IN,
});

export const dateOf = defineFunction({
  name: 'date_of',
  parameters: ['moment'],
  meaning: 'The date of an instant in UTC.',
  duckdb: 'cast(moment as date)',
  bigquery: `date(moment, 'UTC')`,
});

export const startOfDay = defineFunction({
  name: 'start_of_day',
  parameters: ['day'],
  meaning: 'The first instant of a date in UTC.',
  duckdb: `cast(cast(day as timestamp) at time zone 'UTC' as timestamptz)`,
  bigquery: `timestamp(day, 'UTC')`,
});

export const lastDayOf = defineFunction({
  name: 'last_day_of',
  parameters: ['month'],
  meaning: 'The last date of a period: 2026-01 → 2026-01-31.',
  duckdb: `last_day(cast(month || '-01' as date))`,
  bigquery: `last_day(cast(concat(month, '-01') as date))`,
});

export const dayNumber = defineFunction({
  name: 'day_number',
  parameters: ['moment'],
  meaning: 'A number for the UTC day of an instant from 1970 on; instants of different days have different numbers.',
  duckdb: 'epoch_us(moment) // 86400000000',
  bigquery: 'div(unix_micros(moment), 86400000000)',
});

export const hourNumber = defineFunction({
  name: 'hour_number',
  parameters: ['moment'],
  meaning: 'A number for the UTC hour of an instant from 1970 on; instants of different hours have different numbers.',
  duckdb: 'epoch_us(moment) // 3600000000',
  bigquery: 'div(unix_micros(moment), 3600000000)',
});

export const addDays = defineFunction({
  name: 'add_days',
  parameters: ['day', 'days'],
  meaning: 'The date that is some days after another.',
  duckdb: 'day + cast(days as integer)',
  bigquery: 'date_add(day, interval days day)',
});
