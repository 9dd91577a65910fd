/** Rows of one INSERT: a statement has at most 65,535 parameters. */
const ROWS_AT_ONCE = 1000;

/** Rows in parts that one INSERT can take. */
export function* insertable<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) yield rows.slice(from, from + ROWS_AT_ONCE);
}
