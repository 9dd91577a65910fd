/**
 * Works through items in their order, at most `atOnce` at a time. After the first failure no other item is begun; once those that were begun
 * have settled, it is thrown.
 */
export async function workThrough<T>(
  items: Iterable<T>,
  { atOnce, work }: { readonly atOnce: number; readonly work: (item: T) => Promise<void> },
): Promise<void> {
  const left = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (failure === undefined) {
      try {
        const next = left.next();
        if (next.done) return;
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure) throw failure.error;
}
