import { AsyncLocalStorage } from 'node:async_hooks';
import { invariant } from './invariant.ts';

/** Lets one piece of work happen at a time, in the order in which they came. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  readonly #mine = new AsyncLocalStorage<{ under: 'way' | 'over' }>();

  /** Throws `InvariantBroken` within the work of a turn, where waiting for the next one would never end. */
  async runExclusive<T>(work: () => Promise<T>): Promise<T> {
    invariant(
      this.#mine.getStore()?.under !== 'way',
      'A transaction within a transaction would wait for itself; use the writer of the one that is under way.',
    );
    const turn = { under: 'way' as 'way' | 'over' };
    const run = this.#last.then(async () => {
      try {
        return await this.#mine.run(turn, work);
      } finally {
        turn.under = 'over';
      }
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** When every turn that was taken so far is over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
