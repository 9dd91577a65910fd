import type { DuckDBConnection } from '@duckdb/node-api';
import { randomId } from '../ids.ts';
import { requirePresent } from '../invariant.ts';
import type { ScratchCatalogue, WarehouseWriter } from '../warehouse.ts';
import { createFunctions, quoted } from './ddl.ts';
import { resolveNames } from './names.ts';
import { rowsOf } from './results.ts';
import { Steps } from './steps.ts';
import { duckdbWriter } from './writer.ts';

/**
 * Runs `work` in a scratch catalogue: a database in memory, attached for as long as it lasts, in which names of the form
 * `dataset.table` resolve. It spills to disk as any table in memory. The connection must serve nothing else.
 */
export async function inScratch<T>(
  connection: DuckDBConnection,
  catalogue: ScratchCatalogue,
  work: (writer: WarehouseWriter) => Promise<T>,
): Promise<T> {
  const [found] = await rowsOf<{ name: string }>(connection, 'select current_database() as name', []);
  const real = quoted(requirePresent(found, 'DuckDB names no current database.').name);
  const scratch = quoted(randomId('scratch'));
  await connection.run(`attach ':memory:' as ${scratch}`);
  try {
    // One transaction, so that all statements read the same state of the warehouse.
    await connection.run('begin transaction');
    await connection.run(`use ${scratch}`);
    await fill(connection, catalogue, real);
    return await work(duckdbWriter(connection, new Steps(connection)));
  } finally {
    await connection.run('rollback').catch(() => undefined);
    await connection.run(`use ${real}`);
    await connection.run(`detach ${scratch}`);
  }
}

async function fill(
  connection: DuckDBConnection,
  { functions, tables }: ScratchCatalogue,
  real: string,
): Promise<void> {
  for (const statement of createFunctions(functions)) await connection.run(statement);
  for (const dataset of new Set(tables.map(({ name }) => name.slice(0, name.indexOf('.'))))) {
    await connection.run(`create schema if not exists ${quoted(dataset)}`);
  }
  for (const { name, sql } of tables) {
    const select = resolveNames(sql, { name: (read) => `${real}.${read}` });
    await connection.run(`create view ${quoted(name)} as ${select}`);
  }
}
