import type { ValueRow } from './value.ts';

/** A file with rows; it is removed once they are appended. */
export interface RowsFile {
  readonly path: string;
  /** The columns that it has. */
  readonly columns: readonly string[];
  /** Those that have the same value in all rows, as text. */
  readonly constants: readonly { readonly name: string; readonly text: string }[];
}

/** Rows as an engine takes them: plain values, so that any thread can prepare them. */
export type StagedRows = { readonly file: RowsFile } | { readonly rows: readonly ValueRow[] };
