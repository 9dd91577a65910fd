/**
 * The datasets of a warehouse, as SQL names them: `ledger.closes`. On DuckDB each is a schema of that name; on BigQuery
 * `tantieme` is the dataset of the address, and each of the others is `<dataset>_<name>`.
 */
export const TABLE_DATASETS = ['raw', 'landing', 'stripe', 'seeds', 'ledger', 'tantieme'] as const;

/** Also datasets without tables of their own: `fn` holds the SQL functions, `scratch` the temporary tables of transactions. */
export const DATASETS = [...TABLE_DATASETS, 'fn', 'scratch'] as const;
export type Dataset = (typeof DATASETS)[number];

/** The source of a regular expression that finds table names in a statement. */
export const TABLE_NAME_PATTERN = `(?:${TABLE_DATASETS.join('|')})\\.\\w+`;
