/** Whether a file name is that of an event file. */
export function isEventFile(name: string): boolean {
  return /\.(json|ndjson|jsonl)(\.gz)?$/.test(name);
}

/** The source in a path of RudderStack's object storage destinations: `[prefix/]rudder-logs/<source>/<date>/<file>`. */
export function sourceIn(path: string): string | undefined {
  return /(?:^|\/)rudder-logs\/([^/]+)\/\d{4}-\d{2}-\d{2}\/[^/]+$/.exec(path)?.[1];
}

/** Whether a name sorts after another one by bytes, as in the list of a bucket. */
export function comesAfter(name: string, other: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;
}
