import { readQueries } from '../../warehouse/named-queries.ts';
import { nextPeriod, type Period } from '../../warehouse/period.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import type { Services } from '../job.ts';

const QUERIES = readQueries(import.meta.url, 'payers.queries.sql', { payers: [] });

export type AssignedPayer = Readonly<{
  creator_id: string;
  payer_id: string;
  payer_country: string;
  valid_from_on: string;
  decided_by: string;
  decided_at: string;
}>;

/** The assignments that were loaded so far, the latest day first. */
export function assignedPayers({ warehouse }: Pick<Services, 'warehouse'>): Promise<AssignedPayer[]> {
  return warehouse.query<AssignedPayer>(...QUERIES.payers());
}

/** Who has which payer in a calendar year. */
export async function payersOfYear(
  stores: Pick<Services, 'warehouse'>,
  year: string,
): Promise<(creatorId: string) => string> {
  const found = new Map<string, string>();
  for (const { creator_id, payer_id, valid_from_on } of await assignedPayers(stores))
    if (valid_from_on <= `${year}-01-01` && !found.has(creator_id)) found.set(creator_id, payer_id);
  return (creatorId) => found.get(creatorId) ?? MAIN_PAYER;
}

/** Who is the payer of what a month credits: it does so on the first day after it, so a December is of the next year. */
export function payersOfMonth(
  stores: Pick<Services, 'warehouse'>,
  period: Period,
): Promise<(creatorId: string) => string> {
  return payersOfYear(stores, nextPeriod(period).slice(0, 4));
}
