/** How much is under way at a time: enough to wait for a disk or a service only once, and few enough for its limits. */
const CONCURRENCY = 8;

/**
 * Runs `work` for each item, several at a time; results are in the order of the items. All work has ended when it settles, and
 * what did not fail is done. Throws the first error.
 */
export async function inParallel<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let count = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      const index = count++;
      results[index] = await work(next.value);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
  await rest.return?.();
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
