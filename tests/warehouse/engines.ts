import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

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

/** Every engine that can be tested on this machine. */
export const ENGINES: readonly TestedEngine[] = [duckdb];
