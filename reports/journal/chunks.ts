/** Groups of items whose sizes sum to at most `limit`; an item that is larger alone is a group of its own. */
export function chunksOf<T>(
  items: readonly T[],
  { limit, sizeOf }: { limit: number; sizeOf: (item: T) => number },
): T[][] {
  const chunks: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const more = sizeOf(item);
    if (size + more > limit) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(item);
    size += more;
  }
  return chunks;
}

/** `journal-1.csv`, `journal-2.csv` …; of one file, `journal.csv`. */
export function numbered(stem: string, { index, of }: { index: number; of: number }): string {
  return of === 1 ? `${stem}.csv` : `${stem}-${index + 1}.csv`;
}
