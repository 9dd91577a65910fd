import type { TransferListItem } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Unavailable } from './errors.ts';

interface ThreadPoolOptions {
  /** The module whose default export runs a task. */
  readonly entry: URL;
  readonly threads: number;
  /** An idle thread ends after this; the next task starts it again. */
  readonly idleMs: number;
  /** What each thread is started with. */
  readonly workerData?: unknown;
}

/** Threads yield to the thread that answers requests when all processors are busy. Windows has no such levels. */
const NICE = process.platform === 'win32' ? 0 : 5;
/** A module whose task does nothing. */
const NOTHING = 'data:text/javascript,export default () => undefined';

/** Threads that run tasks beside the thread that answers requests. None starts before the first task, and none keeps the process alive. */
export class ThreadPool<Task, Answer> {
  readonly #options: ThreadPoolOptions;
  #pool: Promise<Piscina<Task, Answer>> | undefined;
  /** Ends the tasks that wait when no thread is left. */
  #waiting = new AbortController();
  #isClosed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs a task. Throws what has ended its thread before it has answered, also if none has started. */
  async run(task: Task, transferList: TransferListItem[] = []): Promise<Answer> {
    if (this.#isClosed) throw new Unavailable('The threads have ended.');
    this.#pool ??= this.#open();
    const pool = await this.#pool;
    const { signal } = this.#waiting;
    return pool.run(task, { transferList, signal }).catch((error: unknown) => {
      this.#replaceThread(pool);
      throw signal.aborted ? signal.reason : error;
    });
  }

  /** The pool replaces a thread that has died of its task only when it is given something new, even if others wait. */
  #replaceThread(pool: Piscina<Task, Answer>): void {
    if (this.#isClosed || pool.queueSize === 0 || pool.threads.length >= this.#options.threads) return;
    pool.run(undefined as Task, { filename: NOTHING, signal: this.#waiting.signal }).catch(() => undefined);
  }

  /** Ends the threads. What they run then throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#pool)?.destroy();
  }

  async #open(): Promise<Piscina<Task, Answer>> {
    const { entry, threads, idleMs, workerData } = this.#options;
    const { Piscina } = await import('piscina');
    const pool = new Piscina<Task, Answer>({
      filename: entry.href,
      workerData,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idleMs,
      niceIncrement: NICE,
      // Options such as --import or --inspect are meant for the main thread.
      execArgv: [],
    });
    // A thread that dies without a task, while idle or before it has started, is only this event. What waits is run by another one; if there
    // is none, it would wait for ever.
    pool.on('error', (error: unknown) => {
      if (pool.threads.length > 0) return;
      this.#waiting.abort(error);
      this.#waiting = new AbortController();
    });
    return pool;
  }
}
