import type { Period } from './period.ts';
import type { ColumnShape, Table, TableShape } from './vocabulary/tables.ts';

/** A value of a row or parameter: exact numerics, instants and dates are strings; integers are bigints. */
export type Value = string | bigint | boolean | number | null;
export type ValueRow = Readonly<Record<string, Value>>;

/** What one may do inside a transaction: all of it happens, or nothing. */
export interface WarehouseWriter {
  query<R extends ValueRow>(sql: string, parameters?: readonly Value[]): Promise<R[]>;
  /** The rows of a query piece by piece, as the transaction sees them; it asks for nothing else until it has them. */
  stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]): AsyncIterable<R[]>;
  /** The columns of each table of a dataset, by the table's name without the dataset. */
  describe(dataset: string): Promise<ReadonlyMap<string, readonly ColumnShape[]>>;
  /** The columns that a SELECT would give, without running it. */
  describeQuery(sql: string): Promise<readonly ColumnShape[]>;
  /** Adds rows of a declared table. */
  append(table: TableShape, rows: readonly ValueRow[]): Promise<void>;
  /** Makes these rows the whole of a small table. */
  replaceRows(table: TableShape, rows: readonly ValueRow[]): Promise<void>;
  /** Makes the rows of a SELECT the whole of a table. Gives the number of rows. */
  replaceTable(table: Table, select: string): Promise<number>;
  /** Makes the rows of a SELECT the whole of a period's partition. Gives the number of rows. */
  replacePartition(table: Table, period: Period, select: string): Promise<number>;
  /** Creates tables that are missing and adds columns that are missing; never drops or retypes. */
  migrate(tables: readonly TableShape[]): Promise<void>;
  /** Makes a view, or makes it anew. */
  createView(view: TableShape & { readonly sql: string }): Promise<void>;
}

export interface TransactionOptions {
  /** For work that must not take more memory the more of it there is: the engine caches little while it lasts. */
  readonly lowMemory?: boolean;
  /**
   * Names what is done, and nothing else that ever is: `segment/<id>`. Where an engine may still be at work when the process
   * that asked for it has died, a repetition under the same key does not happen a second time.
   */
  readonly key?: string;
}

/** What asking a query would take. */
export interface Explanation {
  /** The bytes that would be read and billed; undefined where reading costs nothing. */
  readonly byte_count: bigint | undefined;
}

/** The book of record. One instance a process; its engine is DuckDB or BigQuery, and nobody above needs to know which. */
export interface Warehouse {
  readonly engine: 'duckdb' | 'bigquery';
  query<R extends ValueRow>(sql: string, parameters?: readonly Value[]): Promise<R[]>;
  /** The rows of a query piece by piece, for results that do not belong into memory. */
  stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]): AsyncIterable<R[]>;
  /** Throws `Rejected` for what is not one SELECT that can be answered. */
  explain(sql: string): Promise<Explanation>;
  /** One writer at a time; what it did is durable when this resolves, or undone when `work` throws. */
  transaction<T>(work: (writer: WarehouseWriter) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** As a transaction, but nothing of it remains: to see what would come out. */
  withRollback<T>(work: (writer: WarehouseWriter) => Promise<T>): Promise<T>;
  /** Makes the statements that run now throw, where the engine can; what comes after them is not affected. */
  interrupt(): void;
  close(): Promise<void>;
}
