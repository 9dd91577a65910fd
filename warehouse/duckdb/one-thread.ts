import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from './results.ts';

/**
 * The rows of a table that a thread takes at a time (https://duckdb.org/docs/stable/guides/performance/how_to_tune_workloads). In smaller tables there
 * is nothing for a second one, which takes processor time to wait.
 */
const ROWS_OF_A_THREAD = 122_880n;

/** Runs work on tables as the engine has them, by one thread if each is small, and otherwise by `threads`. Also what others do meanwhile. */
export async function inOneThreadIfSmall<T>(
  connection: DuckDBConnection,
  { threads, work }: { threads: number; work: () => Promise<T> },
): Promise<T> {
  const [largest] = await rowsOf<{ row_count: bigint | null }>(
    connection,
    'select cast(max(estimated_size) as bigint) as row_count from duckdb_tables()',
    [],
  );
  if ((largest?.row_count ?? 0n) > ROWS_OF_A_THREAD) return work();
  await connection.run('set threads = 1');
  try {
    return await work();
  } finally {
    await connection.run(`set threads = ${threads}`);
  }
}
