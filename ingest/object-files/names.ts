/** Whether a name is one that files of events have. */
export function isEventFile(name: string): boolean {
  return /\.(json|ndjson|jsonl)(\.gz)?$/.test(name);
}

/** The source in a path as RudderStack's object-storage destinations make it: `[prefix/]rudder-logs/<source>/<date>/<file>`. */
export function sourceIn(path: string): string | undefined {
  return /(?:^|\/)rudder-logs\/([^/]+)\/\d{4}-\d{2}-\d{2}\/[^/]+$/.exec(path)?.[1];
}

/** Whether a name comes after another one by their bytes, as a bucket lists them. */
export function comesAfter(name: string, other: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;
}
