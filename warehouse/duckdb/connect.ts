import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * A rule of the engine's planner that gives wrong results: it counts deleted rows when it chooses the row groups in which the first rows of
 * an order must be, so `order by … limit` may find fewer rows than there are, or none (1.5.6).
 */
export const WRONG_OPTIMIZER = 'row_group_pruner';

/** An engine on a file, or on `:memory:`, without what is known to be wrong in it. */
export async function createInstance(
  path: string,
  options: Readonly<Record<string, string>> = {},
): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, { ...options, disabled_optimizers: WRONG_OPTIMIZER });
}

/** A connection on which times are in UTC and nulls are ordered as on BigQuery. */
export async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run(`set default_null_order = 'nulls_first_on_asc_last_on_desc'`);
  return connection;
}
