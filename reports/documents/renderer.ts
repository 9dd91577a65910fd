import { type DocumentsAddress, openDocuments } from '../../warehouse/documents/open-documents.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { ThreadPool } from '../../warehouse/thread-pool.ts';
import type { DocumentOutcome } from './store.ts';

/** What a thread is given. */
export interface RenderRequest {
  /** The address of the module whose default export renders a document: a `Render`. */
  readonly entry: string;
  /** What each document is composed from: plain values. */
  readonly batch: readonly unknown[];
}

/** What a thread answers: classes of errors do not survive the way between threads. */
export type Answer = { readonly outcomes: DocumentOutcome[] } | { readonly unavailable: string };

/** What a thread is started with. */
export interface ThreadData {
  readonly documents: DocumentsAddress;
}

/** Makes the files of documents beside the thread that answers requests, which only reads rows and records hashes. */
export interface DocumentRenderer {
  /** How many batches are worth giving at once. */
  readonly atOnce: number;
  /**
   * Composes and renders documents of a kind, by the module `entry`, and stores their files durably. The outcomes are in the order of the
   * batch; a document that cannot be rendered, or whose thread dies, does not stop the others. Throws `Unavailable` if files cannot be stored.
   */
  store(entry: URL, batch: readonly unknown[]): Promise<DocumentOutcome[]>;
  /** Ends the threads. What is being rendered then throws `Unavailable`. */
  close(): Promise<void>;
}

export interface RendererOptions extends ThreadData {
  readonly threads: number;
  /** The module that the threads run. */
  readonly thread?: URL;
}

const THREAD = new URL('render-thread.ts', import.meta.url);
/** Batches per thread: one is rendered, and one waits while others are read and recorded. */
const BATCHES_PER_THREAD = 2;
/** An idle thread ends after this; the next document starts it again. */
const IDLE_MS = 30_000;

/** Threads that render documents. With 0 threads, documents are rendered by the calling thread. */
export function documentRenderer({ threads, documents, thread = THREAD }: RendererOptions): DocumentRenderer {
  if (threads === 0) return inThisThread(documents);
  const workerData: ThreadData = { documents };
  const pool = new ThreadPool<RenderRequest, Answer>({ entry: thread, threads, idleMs: IDLE_MS, workerData });
  const store: DocumentRenderer['store'] = async (entry, batch) => {
    const answer = await pool.run({ entry: entry.href, batch }).catch((error: unknown) => messageOf(error));
    if (typeof answer !== 'string') {
      if ('unavailable' in answer) throw new Unavailable(answer.unavailable);
      return answer.outcomes;
    }
    if (pool.isClosed) throw new Unavailable('The documents could not be rendered, because the server is stopping.');
    if (batch.length === 0) return [];
    // Alone, each of the others is rendered although one of them ends its thread.
    if (batch.length > 1) return (await allOf(batch.map((each) => store(entry, [each])))).flat();
    return [{ problem: `Its thread ended while it was rendered: ${answer}` }];
  };
  return { atOnce: threads * BATCHES_PER_THREAD, store, close: () => pool.close() };
}

function inThisThread(address: DocumentsAddress): DocumentRenderer {
  const documents = openDocuments(address);
  return {
    atOnce: 1,
    async store(entry, batch) {
      const { storeDocuments } = await import('./store.ts');
      const { loadRender } = await import('./load-render.ts');
      return storeDocuments(batch, { render: await loadRender(entry.href), documents });
    },
    close: async () => undefined,
  };
}

/** The results in order, once all have ended; throws the first error. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
