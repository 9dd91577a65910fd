import type { DuckDBConnection } from '@duckdb/node-api';
import { Unavailable } from '../errors.ts';
import { interruptUntilEnded } from './interrupt-until-ended.ts';

/**
 * How many queries run at once. Each has one of the four threads that Node's own work shares (files, hashes, keys), and so has a transaction, such as
 * a build: one is left to that.
 */
const MOST = 2;

/** Connections for queries, each of which runs one at a time: a slow query keeps back no other until `MOST` run. */
export class ConnectionPool {
  readonly #open: () => Promise<DuckDBConnection>;
  readonly #free: DuckDBConnection[] = [];
  readonly #waiting: PromiseWithResolvers<DuckDBConnection>[] = [];
  /** What runs, waits for a connection or opens one. */
  readonly #current = new Set<Promise<unknown>>();
  readonly #all = new Set<DuckDBConnection>();
  #count = 0;
  #isClosed = false;

  constructor(open: () => Promise<DuckDBConnection>) {
    this.#open = open;
  }

  /**
   * Runs `work` with a connection that nobody else uses meanwhile; those that wait take turns. Throws `Unavailable` if the pool is closed before
   * it has one.
   */
  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const running = this.#run(work);
    this.#current.add(running);
    const remove = (): void => void this.#current.delete(running);
    running.then(remove, remove);
    return running;
  }

  async #run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next.resolve(connection);
      else this.#free.push(connection);
    }
  }

  async #take(): Promise<DuckDBConnection> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#count === MOST) {
      const next = Promise.withResolvers<DuckDBConnection>();
      this.#waiting.push(next);
      return next.promise;
    }
    this.#count++;
    try {
      const opened = await this.#open();
      this.#all.add(opened);
      this.#assertOpen();
      return opened;
    } catch (error) {
      this.#count--;
      // Nobody is left who would hand them a connection.
      if (this.#count === 0) this.#refuseWaiting(error);
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closed();
  }

  #refuseWaiting(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  interrupt(): void {
    for (const connection of this.#all) connection.interrupt();
  }

  /** Interrupts what runs and refuses what waits. A connection that were closed while it is used would end the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#refuseWaiting(closed());
    await interruptUntilEnded(this.#all, this.#current);
    for (const connection of this.#all) connection.closeSync();
  }
}

const closed = () => new Unavailable('The warehouse was closed before the query began; try again later.');
