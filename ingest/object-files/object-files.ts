/** A file of events that RudderStack wrote: gzip or plain NDJSON, one full event a line. */
export interface ObjectFile {
  /** Its key in the bucket, or its path below the folder, with slashes. Below the same address it never changes. */
  readonly name: string;
  /** The source whose events it has, where its path says so: `rudder-logs/<source>/<date>/…`. */
  readonly source_id: string | undefined;
  /** How many bytes are stored. */
  readonly byte_count: number;
  /** Another one if the content is another: the ETag, or size and time of change. */
  readonly version: string;
  /**
   * The bytes as they are stored. Throws `Unavailable` where they cannot be had whole or are no longer this version's, and
   * `Rejected` where the store refuses them.
   */
  bytes(): AsyncIterable<Uint8Array>;
}

export interface ListOptions {
  /** Only names behind this one. */
  readonly after?: string;
  /** Hears of each name that is not that of a file of events. */
  readonly onSkipped?: (name: string) => void;
}

/** Where object files are. */
export interface ObjectFiles {
  /** `s3://bucket`, or a folder from the root; with a slash and a name behind it, it says where one file is. */
  readonly address: string;
  /** In the order of the bytes of their names, read from the store as one goes on. Throws `Rejected` and `Unavailable`. */
  list(options?: ListOptions): AsyncIterable<ObjectFile>;
}
