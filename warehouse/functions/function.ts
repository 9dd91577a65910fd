/**
 * A function that both engines have under one name in the dataset `fn`: a macro on DuckDB, a persistent SQL function on
 * BigQuery. What differs between the engines is said here and nowhere in a model.
 */
export interface SqlFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly meaning: string;
  /** The body as a DuckDB expression. */
  readonly duckdb: string;
  /** The body as a BigQuery expression. */
  readonly bigquery: string;
}

export const defineFunction = (declaration: SqlFunction): SqlFunction => declaration;
