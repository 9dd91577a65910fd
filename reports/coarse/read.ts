import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Contribution } from './coarse-figures.ts';

const QUERIES = readQueries(import.meta.url, 'contributions.queries.sql', { contributions: ['period'] });

/** What each creator earned in a period, by currency and licence type. */
export async function contributionsOf(
  warehouse: Pick<Warehouse, 'query'>,
  period: Period,
): Promise<readonly Contribution[]> {
  return warehouse.query<Contribution & Record<string, string>>(...QUERIES.contributions(period));
}
