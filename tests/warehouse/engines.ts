import { openBigQuery } from '../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../warehouse/bigquery/client/address.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { startBigQuery } from '../support/bigquery/local-bigquery.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';

export interface StartedEngine {
  /** An empty warehouse. */
  open(): Promise<Warehouse>;
  /** An empty warehouse, opened as by two processes, if the engine is shared. */
  openTwice?(): Promise<readonly [Warehouse, Warehouse]>;
  stop(): Promise<void>;
}

interface TestedEngine {
  readonly name: string;
  /** Whether several processes can open the same warehouse. */
  readonly isShared: boolean;
  /** A description, and how many copies of a row must be appended to use that way. */
  readonly waysToAppend: readonly (readonly [way: string, copies: number])[];
  start(): Promise<StartedEngine>;
}

const duckdb: TestedEngine = {
  name: 'DuckDB',
  isShared: false,
  waysToAppend: [
    ['by parameter', 1],
    ['by file', 500],
  ],
  start: async () => ({ open: () => openDuckDb({ path: ':memory:' }), stop: async () => undefined }),
};

const PROJECT = 'acme-test';

const bigquery: TestedEngine = {
  name: 'BigQuery',
  isShared: true,
  waysToAppend: [['by load job', 1]],
  async start() {
    // That jobs are polled is tested in `bigquery/`.
    const localBigQuery = await startBigQuery({ projectId: PROJECT, answersDone: true });
    let made = 0;
    const openAt = (ordinal: number): Warehouse => {
      const address = parseBigQueryAddress(`bigquery://${PROJECT}/books_${ordinal}`);
      return openBigQuery({ address, apiEndpoint: localBigQuery.url, wait: async () => undefined });
    };
    return {
      open: async () => openAt(++made),
      openTwice: async () => [openAt(++made), openAt(made)],
      stop: () => localBigQuery.stop(),
    };
  },
};

/** Every engine that can be tested on this machine. */
export const ENGINES: readonly TestedEngine[] = missingGoogleSql === undefined ? [duckdb, bigquery] : [duckdb];
