import { performance } from 'node:perf_hooks';

/** Prints the progress of the demo, one line per step, and records how long each step took. */
export class Steps {
  readonly seconds: Record<string, number> = {};
  readonly #isTerminal = process.stdout.isTTY === true;
  readonly #onStep: () => void;

  /** `onStep` is called before each step. */
  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  /** Runs a step and prints `line` of its result. */
  async step<T>(
    name: string,
    work: (progress: (text: string) => void) => Promise<T>,
    line: (result: T) => string,
  ): Promise<T> {
    this.#onStep();
    const began = performance.now();
    const result = await work((text) => this.#progress(name, text));
    const seconds = (performance.now() - began) / 1000;
    this.seconds[name] = Math.round(seconds * 100) / 100;
    this.#clear();
    console.log(`${name.padEnd(12)} ${line(result).padEnd(58)} ${seconds.toFixed(1).padStart(5)} s`);
    return result;
  }

  #progress(name: string, text: string): void {
    if (!this.#isTerminal) return;
    this.#clear();
    process.stdout.write(`${name.padEnd(12)} ${text.slice(0, 66)}`);
  }

  #clear(): void {
    if (this.#isTerminal) process.stdout.write('\r\u001b[2K');
  }
}
