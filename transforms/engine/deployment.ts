import { Rejected } from '../../warehouse/errors.ts';
import { FUNCTIONS } from '../../warehouse/functions/functions.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { defineTable, type Row, type TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { LEDGER_TABLES } from '../ledger/tables.ts';
import { MODELS } from '../models.ts';
import { SEEDS, type Seed } from '../seeds/seeds.ts';

const QUERIES = readQueries(import.meta.url, 'deployment.queries.sql', { deployed: [] });

/** Holds the hash of `deploymentSeed`. */
export const deployment = defineTable({
  name: 'seeds.deployment',
  meaning: 'One row: the hash of the version last deployed to the warehouse.',
  fields: ['deployment_hash'],
  key: ['deployment_hash'],
});

/** The hash of all tables, views, functions and seeds of this version, so that one query detects another version. */
export function deploymentSeed(sources: readonly TableShape[]): Seed {
  const declared = [...sources, ...LEDGER_TABLES, ...FUNCTIONS, ...SEEDS, ...MODELS];
  // Sorted by name: the order of declaration must not change the hash.
  const deployed = declared.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const text = JSON.stringify(deployed, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return { ...deployment, rows: [{ deployment_hash: sha256Hex(text) }] };
}

/** Which version was last deployed to the warehouse. */
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
