import { parseBigQueryAddress } from '../../warehouse/bigquery/address.ts';
import { openBigQuery } from '../../warehouse/bigquery/bigquery.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { startBigQuery } from '../support/bigquery/stand-in.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';

export interface StartedEngine {
  /** An empty warehouse. */
  open(): Promise<Warehouse>;
  stop(): Promise<void>;
}

export interface TestedEngine {
  readonly name: string;
  /** In words, and how many times a row is appended to go that way. */
  readonly waysToAppend: readonly (readonly [way: string, copies: number])[];
  start(): Promise<StartedEngine>;
}

const duckdb: TestedEngine = {
  name: 'DuckDB',
  waysToAppend: [
    ['by parameter', 1],
    ['by file', 500],
  ],
  start: async () => ({ open: () => openDuckDb({ path: ':memory:' }), stop: async () => undefined }),
};

const PROJECT = 'acme-test';

const bigquery: TestedEngine = {
  name: 'BigQuery',
  waysToAppend: [['by load job', 1]],
  async start() {
    const standIn = await startBigQuery({ projectId: PROJECT });
    let opened = 0;
    return {
      async open() {
        const address = parseBigQueryAddress(`bigquery://${PROJECT}/books_${++opened}`);
        return openBigQuery({ address, apiEndpoint: standIn.url, wait: async () => undefined });
      },
      stop: () => standIn.stop(),
    };
  },
};

/** Every engine that can be tested on this machine. */
export const ENGINES: readonly TestedEngine[] = missingGoogleSql === undefined ? [duckdb, bigquery] : [duckdb];
