import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { Value, ValueRow } from '../warehouse.ts';
import { exactValue } from './types.ts';

/** Runs a query and returns its rows with exact values. */
export async function rowsOf<R extends ValueRow>(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Value[],
): Promise<R[]> {
  const result = await connection.run(sql, [...parameters]);
  return (await result.getRows()).map((row) => rowOf(result, row) as R);
}

/** Like `rowsOf`, in chunks; the connection accepts no other query in the meantime. */
export async function* piecesOf<R extends ValueRow>(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Value[],
): AsyncGenerator<R[]> {
  const result = await connection.stream(sql, [...parameters]);
  for await (const rows of result.yieldRows()) yield rows.map((row) => rowOf(result, row) as R);
}

function rowOf(result: DuckDBResult, values: readonly DuckDBValue[]): ValueRow {
  const row: Record<string, Value> = {};
  for (let index = 0; index < values.length; index++) {
    row[result.columnName(index)] = exactValue(values[index] ?? null);
  }
  return row;
}
