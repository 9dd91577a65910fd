import { isDeepStrictEqual } from 'node:util';
import { invariant } from '../../warehouse/invariant.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import { signatureOf, type TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { closes } from '../ledger/tables.ts';
import { MODELS } from '../models.ts';
import { SEEDS, type Seed } from '../seeds/seeds.ts';
import { deploymentSeed } from './deployment.ts';
import { inOrder } from './graph.ts';

/**
 * Brings the warehouse to this version: the source tables (`sources`), the seeds, and the tables and views of the models.
 * Throws `InvariantBroken` if the SELECT of a model does not return the declared columns.
 */
export async function deploy(warehouse: Warehouse, sources: readonly TableShape[]): Promise<void> {
  const models = inOrder(MODELS);
  const seeds = [...SEEDS, deploymentSeed(sources)];
  await warehouse.transaction(async (writer) => {
    await writer.migrate([...sources, closes, ...seeds, ...models.filter(({ kind }) => kind !== 'view')]);
    for (const seed of seeds) await loadSeed(writer, seed);
    for (const model of models) if (model.kind === 'view') await writer.createView(model);
    await Promise.all(models.map((model) => assertDeclaredColumns(writer, model)));
  });
}

/** Writes only if the rows differ, which is rare. */
async function loadSeed(writer: WarehouseWriter, seed: Seed): Promise<void> {
  const columns = seed.columns.map(({ name }) => name);
  const existing = await writer.query(...selectRows(seed, { orderBy: seed.key }));
  const asText = (rows: readonly ValueRow[]): string[] =>
    rows.map((row) => JSON.stringify(columns.map((name) => String(row[name] ?? null)))).sort();
  if (!isDeepStrictEqual(asText(existing), asText(seed.rows))) await writer.replaceRows(seed, seed.rows);
}

async function assertDeclaredColumns(
  writer: WarehouseWriter,
  model: TableShape & { readonly sql: string },
): Promise<void> {
  const returned = await writer.describeQuery(model.sql);
  const [actual, declared] = [returned, model.columns].map((columns) => signatureOf(columns).join(', '));
  invariant(actual === declared, `${model.name} returns the columns ${actual}, but declares ${declared}.`);
}
