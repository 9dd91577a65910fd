/**
 * A function that both engines provide under one name in the dataset `fn`: a macro on DuckDB, a persistent SQL function on
 * BigQuery. Differences between the engines belong here, never in a model. For the same arguments both return the same
 * value or both fail; invalid arguments are part of the meaning.
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

/** SQL for both engines: an error with a message if a condition holds, otherwise the value. */
export const errorIf = (condition: string, sentence: string, value: string): string =>
  `case when ${condition} then error('${sentence}') else ${value} end`;

/** Whether a whole text matches a pattern. Both engines use RE2, so they agree exactly. */
export const matches = {
  duckdb: (text: string, pattern: string): string => `regexp_matches(${text}, '^(?:${pattern})$')`,
  bigquery: (text: string, pattern: string): string => `regexp_contains(${text}, r'^(?:${pattern})$')`,
} as const;
