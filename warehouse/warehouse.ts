import type { BulkReader } from './bulk.ts';
import type { SqlFunction } from './functions/function.ts';
import type { Period } from './period.ts';
import type { DatabaseFiles } from './published/database-files.ts';
import type { BiRole } from './published/published-table.ts';
import type { StagedRows } from './staged-rows.ts';
import type { Value, ValueRow } from './value.ts';
import type { ColumnShape, Table, TableShape } from './vocabulary/tables.ts';

export type { Value, ValueRow };

/** The operations of a transaction, which is all or nothing. */
export interface WarehouseWriter {
  query<R extends ValueRow>(sql: string, parameters?: readonly Value[]): Promise<R[]>;
  /** The rows of a query in chunks, as the transaction sees them. Read them to the end before the next operation. */
  stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]): AsyncIterable<R[]>;
  /** The columns of each table of a dataset, by the table's name without the dataset. */
  describe(dataset: string): Promise<ReadonlyMap<string, readonly ColumnShape[]>>;
  /** The columns that a SELECT would return, without running it. */
  describeQuery(sql: string): Promise<readonly ColumnShape[]>;
  /** Appends rows to a declared table. */
  append(table: TableShape, rows: readonly ValueRow[]): Promise<void>;
  /** Appends rows that `stageRows` has prepared for this engine. */
  appendStaged(table: TableShape, staged: StagedRows): Promise<void>;
  /** Replaces the content of a small table with these rows. */
  replaceRows(table: TableShape, rows: readonly ValueRow[]): Promise<void>;
  /** Replaces the content of a table with the rows of a SELECT. Returns the number of rows. */
  replaceTable(table: Table, select: string): Promise<number>;
  /** Replaces the partition of a period with the rows of a SELECT. Returns the number of rows. */
  replacePartition(table: Table, period: Period, select: string): Promise<number>;
  /**
   * Creates a step, a temporary table named `steps.<name>`, with the rows of a SELECT in the declared columns, which are cast to
   * their types. Returns the number of rows. Later statements of the transaction read it; it is gone at its end, and replaces
   * an earlier step of its name.
   */
  createStep(step: Table, select: string): Promise<number>;
  /** Creates steps without rows, so that a SELECT that reads them can be described. */
  createEmptySteps(steps: readonly Table[]): Promise<void>;
  /** Creates missing tables and adds missing columns; never drops or retypes. */
  migrate(tables: readonly TableShape[]): Promise<void>;
  /** Creates or replaces a view. */
  createView(view: TableShape & { readonly sql: string }): Promise<void>;
}

export interface TransactionOptions {
  /** For work in the background whose memory must not grow with its size: the engine uses little of it, and one thread. */
  readonly lowMemory?: boolean;
  /**
   * A key that is unique to what is done: `segment/<id>`. An engine may finish a transaction after its process has died; a
   * retry under the same key is then not applied a second time.
   */
  readonly key?: string;
}

/** The estimated cost of a query. */
export interface Explanation {
  /** The bytes that would be read and billed; undefined if the engine does not bill. */
  readonly byte_count: bigint | undefined;
}

/** What a scratch catalogue begins with. */
export interface ScratchCatalogue {
  /** All its SQL functions: a function that another one calls stands before it. */
  readonly functions: readonly SqlFunction[];
  /** Tables of the warehouse as the scratch catalogue shows them: each is a SELECT over real tables and functions. */
  readonly tables: readonly { readonly name: string; readonly sql: string }[];
}

/** The warehouse port. One instance per process, on DuckDB or BigQuery; callers do not depend on which. */
export interface Warehouse {
  readonly engine: 'duckdb' | 'bigquery';
  query<R extends ValueRow>(sql: string, parameters?: readonly Value[]): Promise<R[]>;
  /** The rows of a query in chunks, for results that are too large for memory. */
  stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]): AsyncIterable<R[]>;
  /** The number of the last transaction that may have changed what a query reads; undefined on an engine that other processes write to. */
  lastChange?(sql: string): number;
  /** Reads many rows at the speed of the engine; undefined on an engine that only gives rows. */
  readonly bulk?: BulkReader;
  /** Writes and reads database files of published tables; undefined on an engine that has no files. */
  readonly files?: DatabaseFiles;
  /**
   * Creates views of marts for a role in a dataset of its own, whose readers need no right on what the views read; undefined on an engine
   * without datasets to share.
   */
  shareViews?(dataset: `bi_${BiRole}`, views: readonly (TableShape & { readonly sql: string })[]): Promise<void>;
  /** Throws `Rejected` unless the text is a single valid SELECT. */
  explain(sql: string): Promise<Explanation>;
  /** One writer at a time. Its changes are durable when this resolves, and rolled back if `work` throws. */
  transaction<T>(work: (writer: WarehouseWriter) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Like `transaction`, but always rolled back: shows what the result would be. */
  withRollback<T>(work: (writer: WarehouseWriter) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in a catalogue of its own, which is always discarded: names of tables and functions are those of the scratch
   * catalogue, and others do not resolve. Nothing changes in the warehouse. Waits for transactions, and they for it.
   */
  withScratch<T>(catalogue: ScratchCatalogue, work: (writer: WarehouseWriter) => Promise<T>): Promise<T>;
  /** Makes the statements that run now throw, where the engine can; what comes after them is not affected. */
  interrupt(): void;
  close(): Promise<void>;
}
