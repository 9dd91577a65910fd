import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { Unavailable } from '../errors.ts';
import { requirePresent } from '../invariant.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { literal } from './ddl.ts';
import { resolveNames } from './names.ts';
import { exactValue } from './types.ts';

/** Longer texts stay parameters: the engine needs several times as much memory to parse them. */
const LITERAL_LENGTH = 10_000;

/**
 * A statement and its parameters as the engine is given them. It plans a statement that has parameters twice, so texts become
 * literals. Without parameters, undefined: the binding would otherwise parse the statement once more to prepare it.
 */
export function bound(sql: string, parameters: readonly Value[]): [sql: string, parameters: Value[] | undefined] {
  if (parameters.length === 0) return [sql, undefined];
  const texts = parameters.filter(canBeLiteral);
  if (texts.length < parameters.length) return [sql, [...parameters]];
  const parameter = (position: number): string =>
    literal(requirePresent(texts[position - 1], `No value of $${position}.`));
  return [resolveNames(sql, { name: (name) => name, parameter }), undefined];
}

/** A statement ends at a NUL for the engine, and a text does not. */
function canBeLiteral(value: Value): value is string {
  return typeof value === 'string' && value.length <= LITERAL_LENGTH && !value.includes('\0');
}

/** Runs a query and returns its rows with exact values. */
export async function rowsOf<R extends ValueRow>(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Value[],
): Promise<R[]> {
  const result = await connection.run(...bound(sql, parameters));
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
  const result = await connection.stream(...bound(sql, parameters));
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
          row[name] = exactValue(vectors[column]?.getItem(from + index) ?? null);
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
    row[result.columnName(index)] = exactValue(values[index] ?? null);
  }
  return row;
}
