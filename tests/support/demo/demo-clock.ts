import { type Clock, systemClock } from '../../../warehouse/clock.ts';

const HOUR_MS = 3_600_000;

/**
 * Advances by an hour per step. Within a step time stands still, so that the bytes of a statement do not depend on how long
 * anything takes.
 */
export class DemoClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(): void {
    this.#now += HOUR_MS;
  }

  goTo(now: number): void {
    this.#now = now;
  }

  /** From now on time goes by: the codes of second factors depend on it. */
  followSystem(): void {
    this.now = systemClock.now;
  }
}
