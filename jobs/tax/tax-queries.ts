import { readQueries } from '../../warehouse/named-queries.ts';

export const TAX_QUERIES = readQueries(import.meta.url, 'tax.queries.sql', {
  last_reportable_periods: ['creator_id'],
  earning_creators: [],
});
