import type { Piscina } from 'piscina';
import { InvariantBroken, messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { StatementDocument } from './document.ts';
import type { Format } from './render.ts';

/** A statement in every format. */
export type RenderedStatement = Readonly<Record<Format, Uint8Array>>;

/** What a thread answers: classes of errors do not survive the way between threads. */
export type Answer =
  | { readonly rendered: RenderedStatement }
  | { readonly failed: { readonly name: string; readonly message: string } };

/** Renders statements beside the thread that answers requests. */
export interface StatementRenderer {
  /** How many statements are worth asking for at once. */
  readonly atOnce: number;
  /**
   * Throws `InvariantBroken` for a statement that does not add up, and `Unavailable` if the thread that rendered it has died;
   * the next statement gets a new thread.
   */
  render(document: StatementDocument): Promise<RenderedStatement>;
  /** Ends the threads. What is being rendered then throws `Unavailable`. */
  close(): Promise<void>;
}

export interface RendererOptions {
  readonly threads: number;
  /** The module that a thread runs. */
  readonly entry?: URL;
}

const ENTRY = new URL('render-thread.ts', import.meta.url);
/** Statements per thread that wait or are rendered, so that a thread has work while others are composed and stored. */
const AHEAD = 24;
/** An idle thread ends after this; the next statement starts it again. */
const IDLE_MS = 30_000;
/** Threads yield to the thread that answers requests when all processors are busy. Windows has no such levels. */
const NICE = process.platform === 'win32' ? 0 : 5;

/**
 * A pool of threads that render statements. None starts before the first statement, and none keeps the process alive. With 0
 * threads, statements are rendered by the calling thread.
 */
export function statementRenderer({ threads, entry = ENTRY }: RendererOptions): StatementRenderer {
  if (threads === 0) return inThisThread();
  let pool: Promise<Piscina<StatementDocument, Answer>> | undefined;
  return {
    atOnce: threads * AHEAD,
    async render(document) {
      pool ??= openPool(threads, entry);
      const answer = await (await pool).run(document).catch((error: unknown) => {
        throw new Unavailable(
          `The statement ${document.statement_id} could not be rendered, because its thread ended: ${messageOf(error)}; run the job again.`,
          { cause: error },
        );
      });
      if ('rendered' in answer) return answer.rendered;
      const { name, message } = answer.failed;
      throw name === 'InvariantBroken' ? new InvariantBroken(message) : Object.assign(new Error(message), { name });
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

async function openPool(threads: number, entry: URL): Promise<Piscina<StatementDocument, Answer>> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<StatementDocument, Answer>({
    filename: entry.href,
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

function inThisThread(): StatementRenderer {
  return {
    atOnce: 1,
    render: async (document) => (await import('./render.ts')).renderStatement(document),
    close: async () => undefined,
  };
}
