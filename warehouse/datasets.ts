/**
 * The datasets of a warehouse, as SQL names them: `ledger.closes`. On DuckDB each is a schema of that name; on BigQuery
 * `tantieme` is the dataset of the address, and each of the others is `<dataset>_<name>`. `draft` holds what was built but not
 * closed; `steps` exists only in the SQL of a transaction, whose temporary tables it names.
 */
export const TABLE_DATASETS = ['raw', 'landing', 'stripe', 'seeds', 'ledger', 'draft', 'steps', 'tantieme'] as const;

/** Datasets of tables that are written by queries. */
const QUERIED_DATASETS: readonly string[] = ['tantieme', 'draft', 'steps'];

/**
 * Also datasets without tables of their own: `fn` holds the SQL functions, `scratch` the temporary tables of transactions, and on BigQuery
 * `bi_analyst` and `bi_finance` views of the marts.
 */
export const DATASETS = [...TABLE_DATASETS, 'fn', 'scratch', 'bi_analyst', 'bi_finance'] as const;
export type Dataset = (typeof DATASETS)[number];

/** The source of a regular expression that finds table names in a statement. */
export const TABLE_NAME_PATTERN = `(?:${TABLE_DATASETS.join('|')})\\.\\w+`;

/** Whether a table is written by queries: a model, a draft or a step. Others are written row by row. */
export function isQueried(table: string): boolean {
  return QUERIED_DATASETS.includes(table.slice(0, table.indexOf('.')));
}
