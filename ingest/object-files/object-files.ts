/** A file of events that RudderStack wrote: gzip or plain NDJSON, one complete event per line. */
export interface ObjectFile {
  /** Its key in the bucket, or its path relative to the folder, with slashes. */
  readonly name: string;
  /** The source of its events, if its path contains one: `rudder-logs/<source>/<date>/…`. */
  readonly source_id: string | undefined;
  /** The stored size. */
  readonly byte_count: number;
  /** Changes with the content: the ETag, or size and modification time. */
  readonly version: string;
  /**
   * The stored bytes. Throws `Unavailable` if they cannot be read completely or the version has changed, and `Rejected` if the
   * store refuses the request.
   */
  bytes(): AsyncIterable<Uint8Array>;
}

export interface ListOptions {
  /** Only names that sort after this one. */
  readonly after?: string;
  /** Called with each name that is not that of an event file. */
  readonly onSkipped?: (name: string) => void;
}

/** The object files at an address. */
export interface ObjectFiles {
  /** `s3://bucket`, or an absolute folder path; `<address>/<name>` is the address of one file. */
  readonly address: string;
  /** In byte order of their names, listed lazily. Throws `Rejected` and `Unavailable`. */
  list(options?: ListOptions): AsyncIterable<ObjectFile>;
}
