import { DefaultQueryCompiler, Kysely, PostgresAdapter, PostgresIntrospector } from 'kysely';
import { type Query, ReadingDriver } from '../reading-driver.ts';

/** Reading through Kysely: DuckDB takes the default compiler's SQL, so all that is needed is a way to ask. */
export function duckdbReader<Tables>(query: Query): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new ReadingDriver(query),
      createQueryCompiler: () => new DefaultQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}
