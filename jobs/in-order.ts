/**
 * Runs `work` for each item, up to `atOnce` at a time, and gives the results in the order of the items. What fails is thrown
 * after the results before it were given. All work has ended when the generator ends.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  { atOnce, work }: { readonly atOnce: number; readonly work: (item: T) => Promise<R> },
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const started: Promise<R>[] = [];
  const add = (result: Promise<R>): void => {
    // Its error is thrown when its turn comes.
    result.catch(() => undefined);
    started.push(result);
  };
  /** Starts the work for the next item; false if there is none. */
  const start = async (): Promise<boolean> => {
    try {
      const next = await source.next();
      if (next.done) return false;
      add(work(next.value));
      return true;
    } catch (error) {
      add(Promise.reject(error));
      return false;
    }
  };
  try {
    let isOpen = true;
    for (;;) {
      if (isOpen && started.length < atOnce) isOpen = await start();
      else {
        const next = started.shift();
        if (!next) return;
        yield await next;
      }
    }
  } finally {
    await Promise.allSettled(started);
    await source.return?.();
  }
}

/** The items in batches of `size`. What was read before an error is given before it is thrown. */
export async function* batchesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  try {
    for await (const item of items) {
      batch.push(item);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}
