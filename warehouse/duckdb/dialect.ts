import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryCompiler,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryResult,
} from 'kysely';
import { InvariantBroken } from '../errors.ts';
import type { Value, ValueRow } from '../warehouse.ts';

type Query = (sql: string, parameters: readonly Value[]) => Promise<ValueRow[]>;

/** Reading through Kysely: DuckDB takes the default compiler's SQL, so all that is needed is a way to ask. */
export function duckdbReader<Tables>(query: Query): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new DuckDbDialect(query) });
}

class DuckDbDialect implements Dialect {
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  createDriver(): Driver {
    return new DuckDbDriver(this.#query);
  }

  createQueryCompiler(): DefaultQueryCompiler {
    return new DefaultQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}

class DuckDbDriver implements Driver {
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
