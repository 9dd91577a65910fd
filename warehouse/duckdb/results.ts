import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { messageOf, Unavailable } from '../errors.ts';
import { requirePresent } from '../invariant.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { literal } from './ddl.ts';
import { resolveNames } from './names.ts';
import { toExactValue } from './types.ts';

/** Longer texts, taken together, stay parameters: the engine needs several times as much memory to parse them. */
const LITERAL_LENGTH = 10_000;

/** In a literal a statement ends at a NUL, and after an odd apostrophe in a comment these spaces become those of ASCII. */
const CHANGED_IN_LITERALS = /[\0\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/;

/**
 * Gives the engine a statement and its parameters, by `run` or `stream`. It plans a statement that has parameters twice, so texts
 * become literals. Without parameters, `values` is undefined: the binding would otherwise parse the statement once more to prepare it.
 * The error of a statement with literals has no excerpt of it, which would show them.
 */
export async function runBound<T>(
  { sql, parameters }: { readonly sql: string; readonly parameters: readonly Value[] },
  run: (sql: string, values?: Value[]) => Promise<T>,
): Promise<T> {
  const literals = withLiterals(sql, parameters);
  if (literals === undefined) return run(sql, parameters.length === 0 ? undefined : [...parameters]);
  return run(literals).catch((error: unknown) => {
    // A new one, because the stack of the old one has the excerpt too.
    throw new Error(messageOf(error).replace(/\s*\nLINE \d+:[\s\S]*$/, ''));
  });
}

/** The statement with its parameters as literals; undefined if it has none or must keep them. */
function withLiterals(sql: string, parameters: readonly Value[]): string | undefined {
  const texts = parameters.filter((value) => typeof value === 'string');
  if (texts.length === 0 || texts.length < parameters.length) return undefined;
  if (texts.reduce((length, text) => length + text.length, 0) > LITERAL_LENGTH) return undefined;
  if (texts.some((text) => CHANGED_IN_LITERALS.test(text))) return undefined;
  const placed = new Set<number>();
  const parameter = (position: number): string => {
    placed.add(position);
    return literal(requirePresent(texts[position - 1], `No value of $${position}.`));
  };
  const literals = resolveNames(sql, { name: (name) => name, parameter });
  // The engine refuses parameters that the statement does not have.
  return placed.size < texts.length ? undefined : literals;
}

/** Runs a query and returns its rows with exact values. */
export async function rowsOf<R extends ValueRow>(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Value[],
): Promise<R[]> {
  const result = await runBound({ sql, parameters }, (...bound) => connection.run(...bound));
  return (await result.getRows()).map((row) => rowOf(result, row) as R);
}

/** Few enough to be made, and worked on, within a few milliseconds. */
const ROWS_A_TURN = 256;

/**
 * Like `rowsOf`, in chunks; the connection accepts no other query in the meantime, and must be in a transaction. Throws
 * `Unavailable` at the end if the query failed or was interrupted while its rows were read.
 */
export async function* piecesOf<R extends ValueRow>(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Value[],
): AsyncGenerator<R[]> {
  const result = await runBound({ sql, parameters }, (...bound) => connection.stream(...bound));
  const names = result.columnNames();
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const vectors = names.map((_, index) => chunk?.getColumnVector(index));
    for (let from = 0; from < chunk.rowCount; from += ROWS_A_TURN) {
      // Others get their turn: the chunks come faster than rows are made of them, and the gateway must answer meanwhile.
      await setImmediate();
      const count = Math.min(ROWS_A_TURN, chunk.rowCount - from);
      yield Array.from({ length: count }, (_, index) => {
        const row: Record<string, Value> = {};
        names.forEach((name, column) => {
          row[name] = toExactValue(vectors[column]?.getItem(from + index) ?? null);
        });
        return row as R;
      });
    }
  }
  await assertComplete(connection);
}

/** The binding ends the rows of a query that fails as if they were complete; but the transaction is then aborted. */
async function assertComplete(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('select 1');
  } catch (error) {
    throw new Unavailable(
      'The result is incomplete: the query failed or was interrupted while its rows were read. Try again.',
      { cause: error },
    );
  }
}

function rowOf(result: DuckDBResult, values: readonly DuckDBValue[]): ValueRow {
  const row: Record<string, Value> = {};
  for (let index = 0; index < values.length; index++) {
    row[result.columnName(index)] = toExactValue(values[index] ?? null);
  }
  return row;
}
