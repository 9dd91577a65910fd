/** A step of accepting, sealing, loading or relaying, after so many of which a process can be made to crash. */
export type Step = DiskStep | 'statement' | 'commit' | 'request' | 'response' | 'enqueue' | 'mark';
type DiskStep = 'list' | 'read' | 'open' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder';

/** Where and how a process crashes. It kills itself, so that the place is the same whatever the speed of the machine. */
export interface Crash {
  readonly step: Step;
  /** Which of these steps, counted from the start of the process. */
  readonly count: number;
  /** `midway`: the step has begun, and how far it came is unknown. */
  readonly moment: 'before' | 'midway' | 'after';
  /** Whether the machine goes down as well: then what was not synced may be lost. */
  readonly powerCut: boolean;
  /** The share of what was not synced that stays all the same, and of a write that is torn. */
  readonly kept: number;
}

/** Counts the steps of this process, and ends it with SIGKILL at the planned one. */
export class CrashPlan {
  readonly #crash: Crash | undefined;
  readonly #counts = new Map<Step, number>();
  /** What happens to the disk when the power goes. */
  onPowerCut: (kept: number) => void = () => undefined;

  constructor(crash: Crash | undefined) {
    this.#crash = crash;
  }

  /** Begins a step; the function that it returns ends it. */
  enter(step: Step): () => void {
    if (!this.#isPlanned(step)) return () => undefined;
    if (this.#crash?.moment === 'before') this.#kill();
    if (this.#crash?.moment === 'midway') setImmediate(() => this.#kill());
    return () => this.#kill();
  }

  /** Does a step; where it is to be broken off midway, `torn` is done instead of it. */
  async pass<T>(step: Step, work: () => Promise<T>, torn?: (kept: number) => Promise<void>): Promise<T> {
    if (torn && this.#crash?.moment === 'midway' && this.#crash.step === step) {
      if (!this.#isPlanned(step)) return work();
      await torn(this.#crash.kept);
      this.#kill();
    }
    const leave = this.enter(step);
    const result = await work();
    leave();
    return result;
  }

  #isPlanned(step: Step): boolean {
    const count = (this.#counts.get(step) ?? 0) + 1;
    this.#counts.set(step, count);
    return this.#crash?.step === step && this.#crash.count === count;
  }

  #kill(): never {
    if (this.#crash?.powerCut) this.onPowerCut(this.#crash.kept);
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  }
}
