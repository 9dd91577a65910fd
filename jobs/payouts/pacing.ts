import { setTimeout } from 'node:timers/promises';
import type { Wait } from '../../ingest/stripe/retry.ts';
import type { Clock } from '../../warehouse/clock.ts';
import { invariant } from '../../warehouse/invariant.ts';

/** Stripe's default for each named operation, as of 2026-09: docs.stripe.com/rate-limits. */
const PER_SECOND = 25;
const IN_FLIGHT = 50;

/** A second, and a margin for requests that arrive closer together than they were sent. */
const WINDOW_MS = 1005;

const FIRST_PAUSE_MS = 500;
const LONGEST_DOUBLED_PAUSE_MS = 8000;
const LONGEST_PAUSE_MS = 60_000;

/** An answer that says that requests come too fast; `afterMs` is when the next may come, where it says so. */
export interface TooFast {
  readonly afterMs: number | undefined;
}

export interface PacerOptions {
  readonly clock: Clock;
  /** By default a timer, which an abort ends. */
  readonly wait?: Wait | undefined;
  /** Requests of one operation within any second. Default: 25. */
  readonly perSecond?: number | undefined;
  /** Requests of all operations that have no answer yet. Default: 50. */
  readonly inFlight?: number | undefined;
  /** Rejects, with its reason, the requests that still wait; those in flight are not affected. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a request failed because requests come too fast: its operation then pauses. */
  readonly tooFast?: ((error: unknown) => TooFast | undefined) | undefined;
}

/** Starts requests at the rate that the other side allows. */
export interface Pacer {
  /**
   * The result of a request, which is started when it is its turn: the first that came is the first to start. Rejects with the error of the
   * request, or with the reason of an abort, after which the request is not started.
   */
  run<T>(operation: string, request: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly start: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The requests of one operation. Times are those of `PacingTime`. */
interface Lane {
  waiting: Waiting[];
  isServed: boolean;
  /** When the last requests were started, oldest first; at most as many as the rate allows in a window. */
  starts: number[];
  pausedAt: number;
  pausedUntil: number;
  pauseMs: number;
}

export function openPacer(options: PacerOptions): Pacer {
  const { perSecond = PER_SECOND, inFlight = IN_FLIGHT, signal, tooFast = () => undefined } = options;
  invariant(perSecond >= 1 && inFlight >= 1, 'The requests per second and in flight must be at least 1.');
  const time = new PacingTime(options);
  const slots = new Slots(inFlight);
  const lanes = new Map<string, Lane>();
  const rejectWaiting = (lane: Lane, reason: unknown): void => {
    for (const { reject } of lane.waiting.splice(0)) reject(reason);
  };
  signal?.addEventListener('abort', () => lanes.forEach((lane) => void rejectWaiting(lane, signal.reason)), {
    once: true,
  });

  const opensAt = ({ starts, pausedUntil }: Lane): number => {
    const earliest = starts.length < perSecond ? undefined : starts[0];
    return Math.max(pausedUntil, earliest === undefined ? 0 : earliest + WINDOW_MS);
  };
  const startNext = async (lane: Lane): Promise<void> => {
    await time.until(opensAt(lane));
    await slots.take();
    // The operation may have been paused meanwhile, or what waited been rejected.
    const next = time.now() < opensAt(lane) ? undefined : lane.waiting.shift();
    if (next === undefined) return slots.give();
    lane.starts = [...lane.starts, time.now()].slice(-perSecond);
    next.start();
  };
  const serve = async (lane: Lane): Promise<void> => {
    try {
      while (lane.waiting.length > 0) await startNext(lane);
    } catch (error) {
      rejectWaiting(lane, error);
    }
    lane.isServed = false;
  };
  const turn = (lane: Lane): Promise<void> =>
    new Promise((start, reject) => {
      lane.waiting.push({ start, reject });
      if (lane.isServed) return;
      lane.isServed = true;
      void serve(lane);
    });

  return {
    async run(operation, request) {
      signal?.throwIfAborted();
      const lane = lanes.get(operation) ?? newLane();
      lanes.set(operation, lane);
      await turn(lane);
      const startedAt = time.now();
      try {
        const answer = await request();
        if (startedAt >= lane.pausedAt) lane.pauseMs = 0;
        return answer;
      } catch (error) {
        const answer = tooFast(error);
        if (answer !== undefined) pause(lane, { ...answer, startedAt, now: time.now() });
        throw error;
      } finally {
        slots.give();
      }
    },
  };
}

function newLane(): Lane {
  return { waiting: [], isServed: false, starts: [], pausedAt: 0, pausedUntil: 0, pauseMs: 0 };
}

/** Doubles the pause of an operation. Requests that were started before its last pause say nothing new, unless they name a time. */
function pause(lane: Lane, { afterMs, startedAt, now }: TooFast & { startedAt: number; now: number }): void {
  if (startedAt >= lane.pausedAt) {
    lane.pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * lane.pauseMs), LONGEST_DOUBLED_PAUSE_MS);
    lane.pausedAt = now;
    lane.pausedUntil = Math.max(lane.pausedUntil, now + (afterMs ?? lane.pauseMs));
  }
  const named = Math.min(afterMs ?? 0, LONGEST_PAUSE_MS);
  lane.pausedUntil = Math.min(Math.max(lane.pausedUntil, now + named), now + LONGEST_PAUSE_MS);
}

/**
 * Milliseconds since the start, by the clock and by what was waited for. A clock that is set back does not stop the requests, and one that
 * stands still does not either.
 */
class PacingTime {
  readonly #clock: Clock;
  readonly #wait: Wait;
  #read: number;
  #passed = 0;

  constructor({ clock, wait, signal }: PacerOptions) {
    this.#clock = clock;
    this.#wait = wait ?? ((ms) => setTimeout(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined));
    this.#read = clock.now();
  }

  now(): number {
    const read = this.#clock.now();
    this.#passed += Math.max(0, read - this.#read);
    this.#read = read;
    return this.#passed;
  }

  async until(at: number): Promise<void> {
    const ms = at - this.now();
    if (ms <= 0) return;
    await this.#wait(ms);
    this.#passed = Math.max(this.now(), at);
  }
}

/** So many at a time, in the order in which they came. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((taken) => this.#waiting.push(taken));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
