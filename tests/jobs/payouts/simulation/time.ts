import type { Scene } from './scene.ts';
import type { Gate } from './scheduler.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Past a lease, and past the repeats of a request. */
const SHORT_MS = [61_000, 10 * 60_000];
/** Past the life of a key for us and for Stripe. */
const LONG_MS = [21 * HOUR_MS, 25 * HOUR_MS, 49 * HOUR_MS];

/** Much time passes at once. */
export class Time {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  acts(): (() => Promise<void>)[] {
    return this.#scene.has('jump') ? [() => this.jump()] : [];
  }

  /**
   * A request that has reached Stripe is executed before. So is one that is about to leave, unless the course has late requests: after a short time
   * it then leaves when its process no longer holds the lease, after a long one it needs another connection, by which it must not leave.
   */
  async jump(): Promise<void> {
    const { random, scheduler } = this.#scene;
    const ms = random.pick(this.#scene.has('jump') ? [...SHORT_MS, ...LONG_MS] : SHORT_MS);
    const mayBeLate = SHORT_MS.includes(ms) ? this.#scene.has('late') : this.#scene.has('late_request');
    await this.#passAll('outside');
    if (!mayBeLate || random.chance(0.5)) await this.#passAll('request');
    await this.#passAll('outside');
    scheduler.note(`${Math.round(ms / 60_000)} minutes pass`);
    scheduler.advanceTo(scheduler.now() + ms);
    await scheduler.settle();
  }

  async #passAll(kind: Gate['kind']): Promise<void> {
    const { scheduler } = this.#scene;
    const stopped = this.#scene.stopped();
    for (const gate of scheduler.waiting(kind))
      if (!gate.process || !stopped.includes(gate.process)) await scheduler.pass(gate);
  }
}
