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
 * Brings the warehouse up to this version: the tables of what comes in (`sources`), seeds, the tables and views of the
 * models. Throws `InvariantBroken` where a model does not give the columns it declares.
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

/** Most starts bring no other seeds than are there. */
async function loadSeed(writer: WarehouseWriter, seed: Seed): Promise<void> {
  const columns = seed.columns.map(({ name }) => name);
  const there = await writer.query(...selectRows(seed, { orderBy: seed.key }));
  const asText = (rows: readonly ValueRow[]): string[] =>
    rows.map((row) => JSON.stringify(columns.map((name) => String(row[name] ?? null)))).sort();
  if (!isDeepStrictEqual(asText(there), asText(seed.rows))) await writer.replaceRows(seed, seed.rows);
}

async function assertDeclaredColumns(
  writer: WarehouseWriter,
  model: TableShape & { readonly sql: string },
): Promise<void> {
  const given = await writer.describeQuery(model.sql);
  const [gives, declares] = [given, model.columns].map((columns) => signatureOf(columns).join(', '));
  invariant(gives === declares, `${model.name} gives ${gives}, but declares ${declares}.`);
}
