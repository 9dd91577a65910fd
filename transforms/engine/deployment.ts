import { Rejected } from '../../warehouse/errors.ts';
import { FUNCTIONS } from '../../warehouse/functions/functions.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { defineTable, type Row, type TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { closes } from '../ledger/tables.ts';
import { MODELS } from '../models.ts';
import { SEEDS, type Seed } from '../seeds/seeds.ts';

const QUERIES = readQueries(import.meta.url, 'deployment.queries.sql', { deployed: [] });

/** The table of that one row. */
export const deployment = defineTable({
  name: 'seeds.deployment',
  meaning: 'One row: what the warehouse was last brought up to.',
  fields: ['deployment_hash'],
  key: ['deployment_hash'],
});

/** The seed that says which tables, views, functions and seeds a warehouse has, so that a reader finds a difference by one query. */
export function deploymentSeed(sources: readonly TableShape[]): Seed {
  const declared = [...sources, closes, ...FUNCTIONS, ...SEEDS, ...MODELS];
  // By name: the order in which a module exports them means nothing.
  const deployed = declared.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const text = JSON.stringify(deployed, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return { ...deployment, rows: [{ deployment_hash: sha256Hex(text) }] };
}

/** Whether this version brought the warehouse up to date, another one did, or none. */
export async function deploymentOf(
  warehouse: Pick<Warehouse, 'query' | 'explain'>,
  sources: readonly TableShape[],
): Promise<'this version' | 'another version' | 'none'> {
  const [sql] = QUERIES.deployed();
  try {
    await warehouse.explain(sql);
  } catch (error) {
    if (error instanceof Rejected) return 'none';
    throw error;
  }
  const [found] = await warehouse.query<Row<typeof deployment>>(...QUERIES.deployed());
  if (!found) return 'none';
  const [own] = deploymentSeed(sources).rows;
  return found.deployment_hash === own?.deployment_hash ? 'this version' : 'another version';
}
