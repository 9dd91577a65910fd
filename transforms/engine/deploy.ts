import { isDeepStrictEqual } from 'node:util';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { booksOf, booksViewOf, ledgerTables } from '../ledger/books.ts';
import { MODELS } from '../models.ts';
import { SEEDS, type Seed, stripeFees } from '../seeds/seeds.ts';
import type { StripeFeeLimit } from '../seeds/stripe-fees.ts';
import { deploymentSeed } from './deployment.ts';
import { inOrder } from './graph.ts';
import { builtTableOf } from './model.ts';

/**
 * Brings the warehouse to this version: the source tables (`sources`), the ledger, the seeds, and the tables and views of the
 * models. `stripeFeeLimits` are the limits of the deployment that differ from the defaults.
 */
export async function deploy(
  warehouse: Warehouse,
  sources: readonly TableShape[],
  { stripeFeeLimits = [] }: { readonly stripeFeeLimits?: readonly StripeFeeLimit[] } = {},
): Promise<void> {
  const models = inOrder(MODELS);
  const fees = stripeFees(stripeFeeLimits);
  const seeds = [...SEEDS.map((seed) => (seed.name === fees.name ? fees : seed)), deploymentSeed(sources)];
  await warehouse.transaction(async (writer) => {
    const built = models.filter(({ kind }) => kind === 'period').map((model) => builtTableOf(model));
    await writer.migrate([...sources, ...ledgerTables(models), ...seeds, ...built]);
    for (const seed of seeds) await loadSeed(writer, seed);
    for (const model of booksOf(models)) await writer.createView(booksViewOf(model));
    for (const model of models) if (model.kind === 'view') await writer.createView(model);
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
