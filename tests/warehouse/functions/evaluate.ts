import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import type { ColumnType, TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';

/** In memory, and never closed: test files share it. */
const warehouse = openDuckDb({ path: ':memory:' });

/**
 * The results of a function on DuckDB for each case; the arguments have the types of columns, as in a model. `call` is how it is
 * called with the arguments x0, x1 … if an argument or the result is an array.
 */
export async function evaluateOnDuckDb(
  name: string,
  { call, types, cases }: { call?: string | undefined; types: readonly ColumnType[]; cases: readonly Value[][] },
): Promise<Value[]> {
  const columns = types.map((type, at) => ({ name: `x${at}`, type, optional: true }));
  const shape: TableShape = {
    name: 'scratch.cases',
    meaning: 'Arguments.',
    columns: [{ name: 'nth', type: 'int64', optional: false }, ...columns],
  };
  return (await warehouse).withRollback(async (writer) => {
    await writer.migrate([shape]);
    await writer.append(
      shape,
      cases.map((values, nth) => ({
        nth: BigInt(nth),
        ...Object.fromEntries(values.map((value, at) => [`x${at}`, value])),
      })),
    );
    const rows = await writer.query<{ result: Value }>(
      `select ${call ?? `fn.${name}(${columns.map((column) => column.name).join(', ')})`} as result from scratch.cases order by nth`,
    );
    return rows.map(({ result }) => result);
  });
}
