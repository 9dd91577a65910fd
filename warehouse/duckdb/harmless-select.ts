import type { DuckDBConnection } from '@duckdb/node-api';
import { countOf } from '../count-of.ts';
import { Rejected } from '../errors.ts';
import { rowsOf } from './results.ts';

/**
 * Functions after FROM that compute and do nothing else. Others change settings in spite of a locked configuration, run a text as a query, or
 * end the process: `enable_logging` with a file, https://duckdb.org/docs/stable/operations_manual/logging/overview.
 */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['range', 'generate_series', 'unnest', 'repeat', 'repeat_row', 'json_each', 'json_tree'],
  ...['duckdb_columns', 'duckdb_constraints', 'duckdb_functions', 'duckdb_keywords', 'duckdb_schemas', 'duckdb_tables'],
  ...['duckdb_types', 'duckdb_views', 'pragma_table_info', 'icu_calendar_names', 'pg_timezone_names'],
]);

/** How the engine calls what it can parse, but not serialize: anything but a SELECT. */
const NO_SELECT = 'not implemented';

/** They wait, or write into the log of the engine. */
const FORBIDDEN: ReadonlySet<string> = new Set(['sleep_ms', 'write_log']);

/** Planning cannot be interrupted, and its time grows with the square of these. */
export const MOST_IN_A_LIST = 1000;
const MOST_TABLES = 30;

/**
 * The text of one SELECT that calls nothing with an effect, without the semicolon at its end and what follows; throws `Rejected` for any other. The engine
 * serializes SELECT statements and nothing else; what it serializes is the tree of all expressions, those of subqueries too.
 */
export async function requireHarmlessSelect(connection: DuckDBConnection, sql: string): Promise<string> {
  const serialized = await serialize(connection, sql);
  const parsed = JSON.parse(serialized) as {
    error?: boolean;
    error_type?: string;
    error_message?: string;
    statements?: readonly unknown[];
  };
  if (parsed.error_type === NO_SELECT)
    throw refused(
      'it is not one SELECT; send that alone, without PIVOT, EXPLAIN or a statement that changes something',
    );
  if (parsed.error) throw refused(parsed.error_message ?? 'it cannot be read');
  const count = parsed.statements?.length ?? 0;
  if (count !== 1) throw refused(`there are ${count} statements; send one`);
  assertHarmless(parsed.statements);
  return withoutEnd(connection, { sql, serialized });
}

async function serialize(connection: DuckDBConnection, sql: string): Promise<string> {
  const [row] = await rowsOf<{ text: string }>(connection, 'select json_serialize_sql(cast($1 as varchar)) as text', [
    sql,
  ]);
  return row?.text ?? '{}';
}

/** A semicolon ends the statement if the engine reads the same from the text before it: there may be one in a text or a comment too. */
async function withoutEnd(
  connection: DuckDBConnection,
  { sql, serialized }: { sql: string; serialized: string },
): Promise<string> {
  for (let end = sql.indexOf(';'); end !== -1; end = sql.indexOf(';', end + 1)) {
    const before = sql.slice(0, end);
    if ((await serialize(connection, before)) === serialized) return before;
  }
  return sql;
}

function assertHarmless(tree: unknown): void {
  const open = [tree];
  let tables = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if (Array.isArray(node) && node.length > MOST_IN_A_LIST) {
      throw refused(`it has a list of more than ${countOf(MOST_IN_A_LIST, 'expression')}; shorten it`);
    }
    const { type, function: called, function_name: name } = node as Partial<Record<string, unknown>>;
    if (type === 'TABLE_FUNCTION') {
      const { function_name: after } = called as { readonly function_name: string };
      if (!TABLE_FUNCTIONS.has(after.toLowerCase())) throw forbidden(after);
    }
    if (typeof name === 'string' && FORBIDDEN.has(name.toLowerCase())) throw forbidden(name);
    if ((type === 'BASE_TABLE' || type === 'TABLE_FUNCTION') && ++tables > MOST_TABLES) {
      throw refused(`it reads more than ${countOf(MOST_TABLES, 'table')}; send several queries`);
    }
    open.push(...Object.values(node));
  }
}

const forbidden = (name: string): Rejected =>
  refused(`the function ${name} is not allowed here; read the marts by name`);

/** Without the place in the text, which would be that of the text around it. */
export function refused(why: string): Rejected {
  const [line = ''] = why.split('\n');
  return new Rejected(`The query cannot be run: ${line.replace(/[.!]$/, '')}.`);
}
