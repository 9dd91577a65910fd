import { type BoundQuery, readQueries } from '../../warehouse/named-queries.ts';

const QUERIES = readQueries(import.meta.url, 'known-periods.queries.sql', { known_periods: [] });

/** Every period that is closed or has events, oldest first. */
export function knownPeriods(): BoundQuery {
  return QUERIES.known_periods();
}
