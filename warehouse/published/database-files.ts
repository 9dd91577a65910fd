import type { Value, ValueRow } from '../value.ts';
import type { BiRole, PublishedTable } from './published-table.ts';

/** The numbers of a table or of a part that are compared: its rows under `*`, and the sum of each column by name, as decimals. */
export type Totals = ReadonlyMap<string, string>;

/** What else is written into a file when everything in it is known. */
interface Conclusion {
  readonly table: PublishedTable;
  readonly rows: readonly ValueRow[];
}

export interface FileContent {
  /** What each role sees; analysts see no column that finance does not. */
  readonly tables: Readonly<Record<BiRole, readonly PublishedTable[]>>;
  /** The SELECT of the rows of a table, with all that finance sees. */
  readonly select: (table: PublishedTable) => string;
  /** Called in the same transaction with the numbers of each table, and to read the warehouse; what it returns is written for both roles. */
  readonly conclude: (
    totals: ReadonlyMap<string, Totals>,
    reader: { query<R extends ValueRow>(sql: string, parameters?: readonly Value[]): Promise<R[]> },
  ) => Promise<readonly Conclusion[]>;
}

/** A part of a table: the rows of a period, or all of a table without periods under ''. */
export interface PartContent {
  readonly period: string;
  /** Another one if, as good as certainly, any row differs. */
  readonly fingerprint: string;
}

export interface Part extends PartContent {
  readonly totals: Totals;
}

/** A file to be written, with the rows of a part, under '' of the whole table, in the order of the key; last are those that were added because others refer to them. */
export interface PartFile {
  readonly table: PublishedTable;
  readonly period: string;
  readonly path: string;
}

/** A file of published tables that is open for reading. */
export interface PublishedFile {
  /** None if the table has no rows. */
  parts(table: PublishedTable): Promise<readonly Part[]>;
  /** The same without the numbers that are compared, which take half as long again. */
  contents(table: PublishedTable): Promise<readonly PartContent[]>;
  parquet(part: PartFile): Promise<void>;
  /** CSV without a header: null is empty, an empty text is `""`. */
  csv(part: PartFile): Promise<void>;
  close(): void;
}

/** Database files of published tables, where the engine of the warehouse has files. */
export interface DatabaseFiles {
  /**
   * Writes a file for each role, both of one instant of the warehouse. A value of a reference without its row in the other table gets one. Throws
   * `InvariantBroken` if the rows or sums of a table differ from those of its SELECT.
   */
  write(files: Readonly<Record<BiRole, string>>, content: FileContent): Promise<void>;
  open(file: string): Promise<PublishedFile>;
}
