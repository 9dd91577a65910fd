/**
 * The datasets of a warehouse, as statements name them: `ledger.closes`. On DuckDB each is a schema of that name; on BigQuery
 * `tantieme` is the dataset of the address, and each other one stands beside it as `<dataset>_<name>`.
 */
export const TABLE_DATASETS = ['raw', 'landing', 'stripe', 'seeds', 'ledger', 'tantieme'] as const;

/** Beside the tables: `fn` holds the SQL functions, `scratch` what a transaction works with where nobody else looks. */
export const DATASETS = [...TABLE_DATASETS, 'fn', 'scratch'] as const;
export type Dataset = (typeof DATASETS)[number];

/** The text of a regular expression that finds the names of tables in a statement. */
export const TABLE_NAME_PATTERN = `(?:${TABLE_DATASETS.join('|')})\\.\\w+`;
