/** A step of accepting, sealing, loading or relaying, after so many of which a process can be made to die. */
export type Step = DiskStep | 'statement' | 'commit' | 'arrive' | 'answer' | 'tell' | 'mark';
export type DiskStep = 'list' | 'read' | 'open' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder';

/** Where and how a process dies: by its own hand, so that the place is the same whatever the speed of the machine. */
export interface Death {
  readonly step: Step;
  /** Which of these steps, counted from the start of the process. */
  readonly count: number;
  /** Midway the step has begun, and how far it came nobody knows. */
  readonly moment: 'before' | 'midway' | 'after';
  /** Whether the machine goes down as well: then what was not synced may be gone. */
  readonly powerCut: boolean;
  /** The share of what was not synced that stays all the same, and of a write that is torn. */
  readonly kept: number;
}

/** Counts the steps of this process, and ends it with SIGKILL at the one that was chosen. */
export class Fate {
  readonly #death: Death | undefined;
  readonly #counts = new Map<Step, number>();
  /** What happens to the disk when the power goes. */
  onPowerCut: (kept: number) => void = () => undefined;

  constructor(death: Death | undefined) {
    this.#death = death;
  }

  /** Begins a step; the function that it gives ends it. */
  enter(step: Step): () => void {
    if (!this.#isLast(step)) return () => undefined;
    if (this.#death?.moment === 'before') this.#die();
    if (this.#death?.moment === 'midway') setImmediate(() => this.#die());
    return () => this.#die();
  }

  /** Does a step; where it is to be broken off midway, `torn` is done instead of it. */
  async pass<T>(step: Step, work: () => Promise<T>, torn?: (kept: number) => Promise<void>): Promise<T> {
    if (torn && this.#death?.moment === 'midway' && this.#death.step === step) {
      if (!this.#isLast(step)) return work();
      await torn(this.#death.kept);
      this.#die();
    }
    const leave = this.enter(step);
    const result = await work();
    leave();
    return result;
  }

  #isLast(step: Step): boolean {
    const count = (this.#counts.get(step) ?? 0) + 1;
    this.#counts.set(step, count);
    return this.#death?.step === step && this.#death.count === count;
  }

  #die(): never {
    if (this.#death?.powerCut) this.onPowerCut(this.#death.kept);
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  }
}
