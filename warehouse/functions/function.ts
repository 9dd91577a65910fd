/**
 * A function that both engines have under one name in the dataset `fn`: a macro on DuckDB, a persistent SQL function on
 * BigQuery. What differs between the engines is said here and nowhere in a model. For the same arguments both give the same
 * value, or both an error: what a function does not take is part of its meaning.
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

/** SQL of both engines: a value, or an error with a sentence where a condition holds. */
export const refusedWhere = (condition: string, sentence: string, value: string): string =>
  `case when ${condition} then error('${sentence}') else ${value} end`;

/** Whether a whole text is of a pattern. Both engines read patterns by RE2, so that they agree to the letter. */
export const matches = {
  duckdb: (text: string, pattern: string): string => `regexp_matches(${text}, '^(?:${pattern})$')`,
  bigquery: (text: string, pattern: string): string => `regexp_contains(${text}, r'^(?:${pattern})$')`,
} as const;
