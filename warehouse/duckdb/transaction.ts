import type { DuckDBConnection } from '@duckdb/node-api';
import type { WarehouseWriter } from '../warehouse.ts';
import { toWriteError } from './open-error.ts';
import { Steps } from './steps.ts';
import { duckdbWriter } from './writer.ts';

/** The engine's memory limit during a transaction with `lowMemory`. */
const LOW_MEMORY_LIMIT = '256MB';

/** How a transaction ends if its work succeeds, and whether the engine caches little during it. */
export interface TransactionEnd {
  readonly end: 'commit' | 'rollback';
  readonly lowMemory?: boolean | undefined;
}

/** Runs one transaction on the connection. `memoryLimit` is that of the engine outside of transactions with `lowMemory`. */
export async function runTransaction<T>(
  connection: DuckDBConnection,
  work: (writer: WarehouseWriter) => Promise<T>,
  { end, lowMemory = false, memoryLimit }: TransactionEnd & { readonly memoryLimit: string },
): Promise<T> {
  /** If concurrent reads need more memory at the moment, the limit stays as it is. */
  const limitMemory = async (limit: string): Promise<void> => {
    await connection.run(`set memory_limit = '${limit}'`).catch(() => undefined);
  };
  // Outside of the transaction: a failed one accepts no more statements.
  if (lowMemory) await limitMemory(LOW_MEMORY_LIMIT);
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
    if (lowMemory) await limitMemory(memoryLimit);
    await connection.run(end);
    return result;
  } catch (error) {
    // A failed commit has already rolled back; then this has nothing to do.
    await connection.run('rollback').catch(() => undefined);
    throw toWriteError(error);
  } finally {
    if (lowMemory) await limitMemory(memoryLimit);
  }
}
