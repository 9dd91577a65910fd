import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * How many queries run at once. Each that runs or waits for its connection has one of the four threads that Node's own work shares (files, hashes,
 * keys): one is left to that.
 */
const MOST = 3;

/** Connections for queries, each of which runs one at a time: a slow query keeps back no other until `MOST` run. */
export class ConnectionPool {
  readonly #open: () => Promise<DuckDBConnection>;
  readonly #free: DuckDBConnection[] = [];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  readonly #all = new Set<DuckDBConnection>();
  #count = 0;

  constructor(open: () => Promise<DuckDBConnection>) {
    this.#open = open;
  }

  /** Runs `work` with a connection that nobody else uses meanwhile; those that wait take turns. */
  async run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  async #take(): Promise<DuckDBConnection> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#count === MOST) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#count++;
    try {
      const opened = await this.#open();
      this.#all.add(opened);
      return opened;
    } catch (error) {
      this.#count--;
      throw error;
    }
  }

  interrupt(): void {
    for (const connection of this.#all) connection.interrupt();
  }

  close(): void {
    for (const connection of this.#all) connection.closeSync();
  }
}
