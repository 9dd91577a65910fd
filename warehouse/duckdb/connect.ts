import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A connection on which times are in UTC and nulls are ordered as on BigQuery. */
export async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run(`set default_null_order = 'nulls_first_on_asc_last_on_desc'`);
  return connection;
}
