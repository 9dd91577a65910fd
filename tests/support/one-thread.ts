import { DuckDBInstance } from '@duckdb/node-api';

/**
 * DuckDB with one thread in each worker of the tests: on the few rows of a test, threads that wait for work take a third of
 * the time. Processes that tests start have all threads.
 */
const create = DuckDBInstance.create;
DuckDBInstance.create = (path, options) => create.call(DuckDBInstance, path, { threads: '1', ...options });
