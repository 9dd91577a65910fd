import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import { InvariantBroken } from './errors.ts';
import type { Value, ValueRow } from './warehouse.ts';

/** How an engine is asked. */
export type Query = (sql: string, parameters: readonly Value[]) => Promise<ValueRow[]>;

/** Reads an engine through Kysely; what differs between engines is how a query is written down. */
export function readerThrough<Tables>(query: Query, createQueryCompiler: () => QueryCompiler): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new ReadingDriver(query),
      createQueryCompiler,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}

/** Kysely's way to ask an engine, and no more than that. */
class ReadingDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(query: Query) {
    this.#connection = {
      async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
        return { rows: (await query(compiled.sql, compiled.parameters as readonly Value[])) as R[] };
      },
      // biome-ignore lint/correctness/useYield: Kysely wants a generator; large results go through the port's own stream.
      async *streamQuery() {
        throw new InvariantBroken("Large results are read through the warehouse's own stream.");
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new InvariantBroken('Kysely only reads the warehouse; writing goes through its port.');
  }

  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}
