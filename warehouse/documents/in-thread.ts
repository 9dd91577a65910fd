import { messageOf, Unavailable } from '../errors.ts';
import { ThreadPool } from '../thread-pool.ts';
import type { Documents } from './documents.ts';
import type { DocumentsAddress } from './open-documents.ts';

const ENTRY = new URL('write-thread.ts', import.meta.url);
/** A run pauses for less than this between two batches of documents. */
const IDLE_MS = 10_000;

/**
 * Stores documents from a thread of its own: each takes a dozen operations, and between two of them a thread that computes would
 * not come to the next one. The thread does not keep the process alive, and ends with the one that began it.
 */
export function documentsInThread(address: DocumentsAddress): Pick<Documents, 'putAll'> {
  const pool = new ThreadPool<readonly Uint8Array[], string[]>({
    entry: ENTRY,
    threads: 1,
    idleMs: IDLE_MS,
    workerData: address,
  });
  return {
    async putAll(documents) {
      // Copies, because a small buffer lies in a large one that it shares with others.
      const copies = documents.map((bytes) => Uint8Array.from(bytes));
      return pool
        .run(
          copies,
          copies.map(({ buffer }) => buffer),
        )
        .catch((error: unknown) => {
          // Classes of errors do not survive the way between threads.
          throw new Unavailable(messageOf(error));
        });
    },
  };
}
