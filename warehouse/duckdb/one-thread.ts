import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from './results.ts';

/**
 * The rows of a table that a thread takes at a time (https://duckdb.org/docs/stable/guides/performance/how_to_tune_workloads). In smaller tables there
 * is nothing for a second one, which takes processor time to wait.
 */
const ROWS_OF_A_THREAD = 122_880n;

/**
 * Limits an engine to one thread for as long as anybody asks for it. Its threads are a setting of the whole engine, so that others have one too
 * meanwhile, and get all back only once nobody asks for one.
 */
export class OneThread {
  readonly #threads: number;
  #askers = 0;
  #lastSet: Promise<unknown> = Promise.resolve();

  /** `threads` is how many there are otherwise. */
  constructor(threads: number) {
    this.#threads = threads;
  }

  async during<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
    this.#askers += 1;
    await this.#set(connection);
    try {
      return await work();
    } finally {
      this.#askers -= 1;
      await this.#set(connection);
    }
  }

  /** Runs work on tables as the engine has them, by one thread if each is small. */
  async ifSmall<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
    const [largest] = await rowsOf<{ row_count: bigint | null }>(
      connection,
      'select cast(max(estimated_size) as bigint) as row_count from duckdb_tables()',
      [],
    );
    return (largest?.row_count ?? 0n) > ROWS_OF_A_THREAD ? work() : this.during(connection, work);
  }

  /** One after the other, for the last one counts; one that the engine refuses leaves what was. */
  #set(connection: DuckDBConnection): Promise<unknown> {
    const set = (): Promise<unknown> => connection.run(`set threads = ${this.#askers > 0 ? 1 : this.#threads}`);
    this.#lastSet = this.#lastSet.then(set).catch(() => undefined);
    return this.#lastSet;
  }
}
