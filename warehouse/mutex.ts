import { AsyncLocalStorage } from 'node:async_hooks';
import { invariant } from './invariant.ts';

/** Runs one piece of work at a time, in the order of the calls. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  readonly #current = new AsyncLocalStorage<{ isRunning: boolean }>();

  /** Throws `InvariantBroken` if called from within `work`, which would deadlock. */
  async runExclusive<T>(work: () => Promise<T>): Promise<T> {
    invariant(
      !this.#current.getStore()?.isRunning,
      'A transaction cannot be started within a transaction: it would wait for itself. Use the writer of the outer one.',
    );
    const state = { isRunning: true };
    const run = this.#last.then(async () => {
      try {
        return await this.#current.run(state, work);
      } finally {
        state.isRunning = false;
      }
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Resolves when all work that was submitted so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
