import { join } from 'node:path';
import { type BigQueryAddress, parseBigQueryAddress } from '../../warehouse/bigquery/client/address.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import {
  type Environment,
  integerBetween,
  requireHttpAddress,
  SettingsReader,
  storeAddress,
} from '../../warehouse/settings.ts';
import { dataFolderIn } from './gateway-config.ts';
import { parseMemorySize } from './memory-size.ts';

/** The engine and address of the warehouse, which is the book of record. */
export type WarehouseConfig = DuckDbConfig | BigQueryConfig;

interface DuckDbConfig {
  readonly kind: 'duckdb';
  /** A file, or `:memory:`. */
  readonly path: string;
  /** How much memory the engine may use before it spills to the disk: `2GB`. */
  readonly memoryLimit?: string;
  /** How many threads the engine may use; undefined for one per processor. */
  readonly threads?: number | undefined;
  /** The folder to which the engine spills. It is emptied at every start. */
  readonly spillFolder?: string;
}

interface BigQueryConfig {
  readonly kind: 'bigquery';
  readonly address: BigQueryAddress;
  /** The address of a BigQuery API other than Google's; no credentials are sent to it. */
  readonly apiEndpoint: string | undefined;
  /** BigQuery refuses a query that would read more, before it costs anything. */
  readonly maximumBytesBilled: bigint;
}

/** Reads only the data folder and the warehouse. Throws `Rejected` if a setting is malformed. */
export function readWarehouseConfig(environment: Environment): {
  readonly dataFolder: string;
  readonly warehouse: WarehouseConfig;
} {
  const settings = new SettingsReader(environment);
  const dataFolder = dataFolderIn(settings);
  const warehouse = warehouseConfig(settings, { folder: dataFolder });
  settings.finish();
  return { dataFolder, warehouse: requirePresent(warehouse, 'A malformed setting must have been reported.') };
}

/** Undefined if a setting is malformed; `settings` has the problem. */
export function warehouseConfig(settings: SettingsReader, { folder }: { folder: string }): WarehouseConfig | undefined {
  const address = settings.read('WAREHOUSE_URL', warehouseAddress, `duckdb:${join(folder, 'warehouse.duckdb')}`);
  const memoryLimit = settings.read('WAREHOUSE_MEMORY_LIMIT', parseMemorySize, '2GB');
  const threads = settings.read('WAREHOUSE_THREADS', integerBetween(1, 1024));
  const apiEndpoint = settings.read('BIGQUERY_API_ENDPOINT', requireHttpAddress);
  const maximumBytesBilled = settings.read('BIGQUERY_MAXIMUM_BYTES_BILLED', parseByteCount, String(2n ** 40n));
  if (address === undefined || maximumBytesBilled === undefined || memoryLimit === undefined) return undefined;
  if (typeof address !== 'string') return { kind: 'bigquery', address, apiEndpoint, maximumBytesBilled };
  return { kind: 'duckdb', path: address, memoryLimit, threads, spillFolder: join(folder, 'spill') };
}

function warehouseAddress(address: string): string | BigQueryAddress {
  const { kind, rest } = storeAddress('duckdb', 'bigquery')(address);
  return kind === 'bigquery' ? parseBigQueryAddress(address) : rest;
}

function parseByteCount(text: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is not a number of bytes.`);
  return BigInt(text);
}
