import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { deploymentOf } from '../../transforms/engine/deployment.ts';
import { bigQuerySql } from '../../warehouse/bigquery/schema/names.ts';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import { lowerWorkerPriority } from '../../warehouse/thread-priority.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { WarehouseConfig } from './warehouse-config.ts';

/** A warehouse opened for reading. */
export type ReadableWarehouse = Pick<Warehouse, 'query' | 'stream' | 'explain' | 'close'>;

/** The SELECT of a model in the dialect of the configured engine. */
export function sqlAt(config: WarehouseConfig, sql: string): string {
  return config.kind === 'duckdb' ? sql : bigQuerySql(sql, config.address);
}

/** Removes what a process left that ended without closing the engine. The lock of the data folder must be held. */
export async function removeSpill(config: WarehouseConfig): Promise<void> {
  if (config.kind === 'duckdb' && config.spillFolder !== undefined) {
    await rm(config.spillFolder, { recursive: true, force: true });
  }
}

/**
 * Opens only the warehouse, and loads only the configured engine. Throws `Conflict` or `Unavailable` if it cannot be
 * opened.
 */
export async function openWarehouse(config: WarehouseConfig, { readOnly = false } = {}): Promise<Warehouse> {
  if (config.kind === 'duckdb') {
    const { openDuckDb } = await import('../../warehouse/duckdb/duckdb.ts');
    const { path, memoryLimit, threads, spillFolder } = config;
    // Before the engine starts its threads, which inherit the priority.
    await lowerWorkerPriority();
    return openDuckDb({ path, ...(memoryLimit && { memoryLimit }), threads, spillFolder, readOnly });
  }
  return (await import('../../warehouse/bigquery/bigquery.ts')).openBigQuery(config);
}

/**
 * Locks the data folder and opens its warehouse for reading; nothing is created or changed. Throws `Unavailable` if there is
 * no warehouse yet, and `Conflict` if another version of Tantieme prepared it.
 */
export async function openToRead(config: {
  readonly dataFolder: string;
  readonly warehouse: WarehouseConfig;
}): Promise<ReadableWarehouse> {
  if (config.warehouse.kind === 'duckdb') assertFileExists(config.warehouse.path);
  const release = await lockFolder(config.dataFolder);
  let warehouse: Warehouse | undefined;
  const close = async (): Promise<void> => {
    await warehouse?.close();
    await release();
  };
  try {
    await removeSpill(config.warehouse);
    warehouse = await openWarehouse(config.warehouse, { readOnly: true });
    assertThisVersion(await deploymentOf(warehouse, SOURCE_TABLES), config.warehouse);
    return { ...warehouse, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function assertFileExists(path: string): void {
  if (path === ':memory:') {
    throw new Unavailable(
      'The warehouse cannot be read: a :memory: warehouse exists only while its command runs; set WAREHOUSE_URL to a file.',
    );
  }
  if (!existsSync(path)) {
    throw new Unavailable(
      `There is no warehouse file ${path}; prepare a new data folder with "tantieme migrate", or restore the file from a backup.`,
    );
  }
}

function assertThisVersion(deployment: Awaited<ReturnType<typeof deploymentOf>>, config: WarehouseConfig): void {
  if (deployment === 'this version') return;
  const name = config.kind === 'duckdb' ? `The warehouse file ${config.path}` : 'The warehouse on BigQuery';
  if (deployment === 'none') {
    throw new Unavailable(`${name} cannot be read: it has not been prepared yet; run "tantieme migrate".`);
  }
  throw new Conflict(
    `${name} cannot be read: another version of Tantieme prepared it; run "tantieme migrate" with the newer of the two versions.`,
  );
}
