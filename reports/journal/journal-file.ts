/** A file to import into accounting software. */
export interface JournalFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Without headings. */
  readonly row_count: number;
}
