import type { Piscina } from 'piscina';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { StatementSources } from './read.ts';
import type { StatementOutcome } from './store.ts';

/** What a thread answers: classes of errors do not survive the way between threads. */
export type Answer = { readonly outcomes: StatementOutcome[] } | { readonly unavailable: string };

/** What a thread is started with. */
export interface ThreadData {
  readonly documentsFolder: string;
}

/** Makes the files of statements beside the thread that answers requests, which only reads rows and records hashes. */
export interface StatementRenderer {
  /** How many batches are worth giving at once. */
  readonly atOnce: number;
  /**
   * Composes, proves and renders statements and stores their files durably. The outcomes are in the order of the statements; one
   * that cannot be rendered, or whose thread dies, does not stop the others. Throws `Unavailable` if files cannot be stored.
   */
  store(batch: readonly StatementSources[]): Promise<StatementOutcome[]>;
  /** Ends the threads. What is being rendered then throws `Unavailable`. */
  close(): Promise<void>;
}

export interface RendererOptions extends ThreadData {
  readonly threads: number;
  /** The module that a thread runs. */
  readonly entry?: URL;
}

type Pool = Piscina<readonly StatementSources[], Answer>;

const ENTRY = new URL('render-thread.ts', import.meta.url);
/** Batches per thread: one is rendered, and one waits while others are read and recorded. */
const BATCHES_PER_THREAD = 2;
/** An idle thread ends after this; the next statement starts it again. */
const IDLE_MS = 30_000;
/** Threads yield to the thread that answers requests when all processors are busy. Windows has no such levels. */
const NICE = process.platform === 'win32' ? 0 : 5;

/**
 * A pool of threads that render statements. None starts before the first statement, and none keeps the process alive. With 0
 * threads, statements are rendered by the calling thread.
 */
export function statementRenderer({ threads, documentsFolder, entry = ENTRY }: RendererOptions): StatementRenderer {
  if (threads === 0) return inThisThread(documentsFolder);
  let pool: Promise<Pool> | undefined;
  let isClosed = false;
  const store: StatementRenderer['store'] = async (batch) => {
    pool ??= openPool(entry, { threads, documentsFolder });
    const answer = await (await pool).run(batch).catch((error: unknown) => messageOf(error));
    if (typeof answer !== 'string') {
      if ('unavailable' in answer) throw new Unavailable(answer.unavailable);
      return answer.outcomes;
    }
    if (isClosed) throw new Unavailable('The statements could not be rendered, because the server is stopping.');
    // The pool replaces a thread that has died only when it is given something new, even if other batches wait.
    (await pool).run([]).catch(() => undefined);
    const [first, ...others] = batch;
    if (!first) return [];
    // Alone, each of the others is rendered although one of them ends its thread.
    if (others.length > 0) return (await allOf(batch.map((each) => store([each])))).flat();
    return [{ statement_id: first.statement_id, problem: `Its thread ended while it was rendered: ${answer}` }];
  };
  return {
    atOnce: threads * BATCHES_PER_THREAD,
    store,
    async close() {
      isClosed = true;
      await (await pool)?.destroy();
    },
  };
}

async function openPool(entry: URL, { threads, documentsFolder }: RendererOptions): Promise<Pool> {
  const { Piscina } = await import('piscina');
  const workerData: ThreadData = { documentsFolder };
  const pool: Pool = new Piscina({
    filename: entry.href,
    workerData,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    niceIncrement: NICE,
    // Options such as --import or --inspect are meant for the main thread.
    execArgv: [],
  });
  // A thread that dies while it renders is reported by `run`; one that dies while idle is replaced when it is needed.
  pool.on('error', () => undefined);
  return pool;
}

function inThisThread(documentsFolder: string): StatementRenderer {
  const documents = documentsIn(documentsFolder);
  return {
    atOnce: 1,
    store: async (batch) => (await import('./store.ts')).storeStatements(batch, documents),
    close: async () => undefined,
  };
}

/** The results in order, once all have ended; throws the first error. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
