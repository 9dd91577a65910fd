import { messageOf, Unavailable } from '../errors.ts';
import type { Documents } from './documents.ts';
import type { DocumentsAddress } from './open-documents.ts';

const ENTRY = new URL('write-thread.ts', import.meta.url);

/**
 * Stores documents from a thread of its own: each takes a dozen operations, and between two of them a thread that computes would
 * not come to the next one. The thread does not keep the process alive, and ends with the one that began it.
 */
export function documentsInThread(address: DocumentsAddress): Pick<Documents, 'putAll'> {
  const opened = import('piscina').then(
    ({ Piscina }) =>
      new Piscina<readonly Uint8Array[], string[]>({
        filename: ENTRY.href,
        workerData: address,
        maxThreads: 1,
        execArgv: [],
      }),
  );
  return {
    async putAll(documents) {
      // Copies, because a small buffer lies in a large one that it shares with others.
      const copies = documents.map((bytes) => Uint8Array.from(bytes));
      const pool = await opened;
      return pool.run(copies, { transferList: copies.map(({ buffer }) => buffer) }).catch((error: unknown) => {
        // Classes of errors do not survive the way between threads.
        throw new Unavailable(messageOf(error));
      });
    },
  };
}
