import type { Wait } from '../../../ingest/stripe/retry.ts';
import type { Clock } from '../../../warehouse/clock.ts';

/** A clock that moves only to the next end of a wait. */
export interface VirtualTime extends Clock {
  readonly wait: Wait;
  /** Ends one wait after another until the work is done; then what it came to. Throws if it can never be done. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Starts at 2026-01-15T12:00:00Z. */
export function virtualTime(): VirtualTime {
  let now = Date.UTC(2026, 0, 15, 12);
  /** What ends at an instant, in the order in which it began to wait. */
  const ends = new Map<number, (() => void)[]>();
  const nextEnd = (): void => {
    if (ends.size === 0) throw new Error('The work waits for something that never comes.');
    now = [...ends.keys()].reduce((first, at) => Math.min(first, at));
    const ended = ends.get(now) ?? [];
    ends.delete(now);
    for (const end of ended) end();
  };
  return {
    now: () => now,
    wait: (ms) =>
      new Promise<void>((end) => {
        const at = now + Math.max(0, ms);
        ends.set(at, [...(ends.get(at) ?? []), end]);
      }),
    async run(work) {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      done.catch(() => undefined);
      for (;;) {
        // Everything that does not wait runs to its end first.
        await new Promise((idle) => setImmediate(idle));
        if (isDone) return done;
        nextEnd();
      }
    },
  };
}
