import { defineFunction } from './function.ts';

export const monthOf = defineFunction({
  name: 'month_of',
  parameters: ['moment'],
  meaning: 'The period of an instant in UTC: 2026-01.',
  duckdb: `strftime(moment, '%Y-%m')`,
  bigquery: `format_timestamp('%E4Y-%m', moment, 'UTC')`,
});

export const dateOf = defineFunction({
  name: 'date_of',
  parameters: ['moment'],
  meaning: 'The date of an instant in UTC.',
  duckdb: 'cast(moment as date)',
  bigquery: `date(moment, 'UTC')`,
});
