import type { DuckDBConnection } from '@duckdb/node-api';
import { Unavailable } from '../errors.ts';
import { interruptUntilEnded } from './interrupt-until-ended.ts';

/** Connections each of which one piece of work has for itself, as long as it takes. */
export class OwnConnections {
  readonly #open: () => Promise<DuckDBConnection>;
  readonly #all = new Set<DuckDBConnection>();
  /** What uses a connection now, or opens one. */
  readonly #current = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(open: () => Promise<DuckDBConnection>) {
    this.#open = open;
  }

  /** Runs `work` on a new connection. Throws `Unavailable` once they are closed. */
  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#during(async () => {
      const connection = await this.#add();
      try {
        return await work(connection);
      } finally {
        this.#remove(connection);
      }
    });
  }

  /** The items of `work` on a new connection, which is used only while one is asked for. Throws `Unavailable` once they are closed. */
  async *stream<T>(work: (connection: DuckDBConnection) => AsyncGenerator<T>): AsyncGenerator<T> {
    const connection = await this.#during(() => this.#add());
    const items = work(connection);
    try {
      for (;;) {
        const { done, value } = await this.#during(() => items.next());
        if (done) return;
        yield value;
      }
    } finally {
      await items.return(undefined);
      this.#remove(connection);
    }
  }

  /** Lets `interrupt` end also what runs on another connection. */
  async interruptible<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
    this.#all.add(connection);
    return work().finally(() => this.#all.delete(connection));
  }

  interrupt(): void {
    for (const connection of this.#all) connection.interrupt();
  }

  /** Interrupts what runs. A connection that were closed while it is used would end the process; one whose items nobody asks for is not used. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await interruptUntilEnded(this.#all, this.#current);
    for (const connection of this.#all) this.#remove(connection);
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new Unavailable('The warehouse was closed before everything was read; try again later.');
    const running = work();
    this.#current.add(running);
    return running.finally(() => this.#current.delete(running));
  }

  async #add(): Promise<DuckDBConnection> {
    const connection = await this.#open();
    this.#all.add(connection);
    return connection;
  }

  #remove(connection: DuckDBConnection): void {
    if (this.#all.delete(connection)) connection.closeSync();
  }
}
