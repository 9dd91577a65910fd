import { NotFound } from '../warehouse/errors.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

const QUERIES = readQueries(import.meta.url, 'creators.queries.sql', { rows_of_creator: ['creator_id'] });

/** Whether loaded data contains the creator. */
export async function creatorExists(warehouse: Pick<Warehouse, 'query'>, creatorId: string): Promise<boolean> {
  const found = await warehouse.query(...QUERIES.rows_of_creator(creatorId));
  return found.length > 0;
}

export function unknownCreator(creatorId: string): NotFound {
  return new NotFound(`There is no creator ${creatorId}.`);
}
