import type { DuckDBConnection } from '@duckdb/node-api';
import type { WarehouseWriter } from '../warehouse.ts';
import type { OneThread } from './one-thread.ts';
import { toWriteError } from './open-error.ts';
import { Steps } from './steps.ts';
import { duckdbWriter } from './writer.ts';

/** What the engine may use. */
export interface EngineLimits {
  readonly memoryLimit: string;
  readonly oneThread: OneThread;
}

/**
 * What it may use during a transaction with `lowMemory`, besides one thread. Such work is one task at a time: with a second thread, the one that waits for a
 * statement spins meanwhile, and the processor time doubles. To look for common parts of texts (FSST) takes two fifths of a commit,
 * and makes rows of ids a fifth smaller.
 */
const LOW = { memoryLimit: '256MB', disabledCompression: 'fsst' };

/** How a transaction ends if its work succeeds, and whether the engine caches little during it. `limits` are those outside of it. */
export interface TransactionOptions {
  readonly end: 'commit' | 'rollback';
  readonly lowMemory?: boolean | undefined;
  readonly limits: EngineLimits;
}

/** Runs one transaction on the connection. */
export async function runTransaction<T>(
  connection: DuckDBConnection,
  work: (writer: WarehouseWriter) => Promise<T>,
  { end, lowMemory = false, limits }: TransactionOptions,
): Promise<T> {
  /** If concurrent reads need more at the moment, the limit stays as it is. */
  const set = async (setting: string): Promise<void> => {
    await connection.run(`set ${setting}`).catch(() => undefined);
  };
  const limitMemory = (memoryLimit: string): Promise<void> => set(`memory_limit = '${memoryLimit}'`);
  const disableCompression = (methods: string): Promise<void> => set(`disabled_compression_methods = '${methods}'`);
  const run = async (): Promise<T> => {
    await connection.run('begin transaction');
    try {
      const steps = new Steps(connection);
      const result = await work(duckdbWriter(connection, steps));
      if (end === 'commit') {
        await steps.drop();
        // A commit of a transaction that an error has aborted succeeds without effect; any other statement throws.
        await connection.run('select 1');
      }
      // Writing a table to the file takes a block of memory for each column; the engine gives up for good if it has too few.
      if (lowMemory) await limitMemory(limits.memoryLimit);
      await connection.run(end);
      return result;
    } catch (error) {
      // A failed commit has already rolled back; then this has nothing to do.
      await connection.run('rollback').catch(() => undefined);
      throw toWriteError(error);
    }
  };
  if (!lowMemory) return run();
  // Outside of the transaction: a failed one accepts no more statements.
  return limits.oneThread.during(connection, async () => {
    await limitMemory(LOW.memoryLimit);
    await disableCompression(LOW.disabledCompression);
    try {
      return await run();
    } finally {
      await limitMemory(limits.memoryLimit);
      await disableCompression('');
    }
  });
}
