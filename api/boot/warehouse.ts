import { existsSync } from 'node:fs';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { deploymentOf } from '../../transforms/engine/deployment.ts';
import { bigQuerySql } from '../../warehouse/bigquery/schema/names.ts';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Config, WarehouseConfig } from './config.ts';

/** A warehouse that is only read. */
export type ReadableWarehouse = Pick<Warehouse, 'query' | 'stream' | 'explain' | 'close'>;

/** A SELECT of a model as the engine runs it. */
export function sqlAt(config: WarehouseConfig, sql: string): string {
  return config.kind === 'duckdb' ? sql : bigQuerySql(sql, config.address);
}

/**
 * Opens the warehouse alone, and loads no engine but the one that is set. Throws `Conflict` or `Unavailable` where it
 * cannot be opened.
 */
export async function openWarehouse(config: WarehouseConfig, { readOnly = false } = {}): Promise<Warehouse> {
  if (config.kind === 'duckdb') {
    const { openDuckDb } = await import('../../warehouse/duckdb/duckdb.ts');
    return openDuckDb({ path: config.path, readOnly });
  }
  return (await import('../../warehouse/bigquery/bigquery.ts')).openBigQuery(config);
}

/**
 * Takes the data folder and opens its warehouse to read it; nothing is created or changed. Throws `Unavailable` where there
 * is no warehouse yet, and `Conflict` where another version of the software prepared it.
 */
export async function openToRead(config: Pick<Config, 'dataFolder' | 'warehouse'>): Promise<ReadableWarehouse> {
  if (config.warehouse.kind === 'duckdb') requireFile(config.warehouse.path);
  const release = await lockFolder(config.dataFolder);
  let warehouse: Warehouse | undefined;
  const close = async (): Promise<void> => {
    await warehouse?.close();
    await release();
  };
  try {
    warehouse = await openWarehouse(config.warehouse, { readOnly: true });
    requireThisVersion(await deploymentOf(warehouse, SOURCE_TABLES), config.warehouse);
    return { ...warehouse, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function requireFile(path: string): void {
  if (path === ':memory:') {
    throw new Unavailable(
      'There is nothing to read: the warehouse is :memory:, which ends with each command; set WAREHOUSE_URL to a file.',
    );
  }
  if (!existsSync(path)) {
    throw new Unavailable(
      `There is no warehouse file ${path}; prepare a new data folder with "tantieme migrate", or restore the file from a backup.`,
    );
  }
}

function requireThisVersion(deployment: Awaited<ReturnType<typeof deploymentOf>>, config: WarehouseConfig): void {
  if (deployment === 'this version') return;
  const name = config.kind === 'duckdb' ? `The warehouse file ${config.path}` : 'The warehouse on BigQuery';
  if (deployment === 'none') {
    throw new Unavailable(`${name} cannot be read: it has not been prepared yet; run "tantieme migrate".`);
  }
  throw new Conflict(
    `${name} cannot be read: another version of Tantieme prepared it; run "tantieme migrate" with the newer of the two versions.`,
  );
}
