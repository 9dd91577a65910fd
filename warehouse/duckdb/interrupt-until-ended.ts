import type { DuckDBConnection } from '@duckdb/node-api';

/** Repeated, because an interruption has no effect on a statement that has been submitted but has not started, nor on the next one. */
const INTERRUPT_EVERY_MS = 50;

/** Interrupts what runs on connections until all work on them has ended. */
export async function interruptUntilEnded(
  connections: Iterable<DuckDBConnection>,
  work: Iterable<Promise<unknown>>,
): Promise<void> {
  const interrupt = (): void => {
    for (const connection of connections) connection.interrupt();
  };
  const repeated = setInterval(interrupt, INTERRUPT_EVERY_MS);
  interrupt();
  await Promise.allSettled(work);
  clearInterval(repeated);
}
