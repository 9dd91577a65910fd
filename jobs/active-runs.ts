import { setTimeout as wait } from 'node:timers/promises';
import { Unavailable } from '../warehouse/errors.ts';
import type { Operational } from '../warehouse/operational/operational.ts';

/** The server was stopped while a job ran. */
export class Interrupted extends Unavailable {
  override name = 'Interrupted';
}

/** The active runs of this process, so that a shutdown can wait for them and interrupt them. */
class ActiveRuns {
  readonly #runs = new Map<string, Promise<unknown>>();
  /** By the id of a run: asks the store at once whether it may go on. */
  readonly #checks = new Map<string, () => Promise<void>>();
  readonly #background = new Set<Promise<unknown>>();
  readonly #interruption = new AbortController();
  #isOpen = true;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get runIds(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Aborted when runs must end at their next safe point. */
  get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  assertOpen(job: string): void {
    if (!this.#isOpen) throw new Unavailable(`${job} cannot be started: the server is shutting down.`);
  }

  add(runId: string, finished: Promise<unknown>): void {
    this.#runs.set(runId, finished);
    const remove = (): void => void this.#runs.delete(runId);
    finished.then(remove, remove);
  }

  /** Until the function that it returns is called, `checkNow` of this run calls `check`. */
  onCheck(runId: string, check: () => Promise<void>): () => void {
    this.#checks.set(runId, check);
    return () => void this.#checks.delete(runId);
  }

  /** Has a run of this process see at once what was asked of it in the store; one of another process sees it within seconds. */
  async checkNow(runId: string): Promise<void> {
    await this.#checks.get(runId)?.();
  }

  /** Work before or after a run; a shutdown waits for it as well. */
  addBackground(work: Promise<unknown>): void {
    this.#background.add(work);
    const remove = (): void => void this.#background.delete(work);
    work.then(remove, remove);
  }

  /** After this, no further run can be started. */
  close(): void {
    this.#isOpen = false;
  }

  interrupt(): void {
    this.#interruption.abort(new Interrupted('The server was stopped; it runs the job again at its next start.'));
  }

  /** Waits for all runs and background work; false if some have not ended within this time. */
  async haveEnded(withinMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = wait(withinMs, 'late', { signal: timer.signal }).catch(() => 'late');
    try {
      for (;;) {
        const all = [...this.#runs.values(), ...this.#background];
        if (all.length === 0) return true;
        if ((await Promise.race([Promise.allSettled(all), late])) === 'late') return false;
      }
    } finally {
      timer.abort();
    }
  }
}

const byStore = new WeakMap<Operational, ActiveRuns>();

/** The runs that this process has claimed in a store. */
export function activeRunsIn(operational: Operational): ActiveRuns {
  const known = byStore.get(operational);
  if (known) return known;
  const runs = new ActiveRuns();
  byStore.set(operational, runs);
  return runs;
}
