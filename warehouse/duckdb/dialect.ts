import { DefaultQueryCompiler, type Kysely } from 'kysely';
import { type Query, readerThrough } from '../reading-driver.ts';

/** Reading through Kysely: DuckDB takes the default compiler's SQL, so all that is needed is a way to ask. */
export function duckdbReader<Tables>(query: Query): Kysely<Tables> {
  return readerThrough<Tables>(query, () => new DefaultQueryCompiler());
}
