/** Runs `work` for all items, up to `atOnce` at a time. All have ended when it settles; throws the first error. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  { atOnce, work }: { readonly atOnce: number; readonly work: (item: T) => Promise<unknown> },
): Promise<void> {
  const rest = [...items].values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
