import { setTimeout as wait } from 'node:timers/promises';
import type { Spool } from './spool.ts';

const EVERY_MS = 250;

/** Lets a spool follow the loader, which is another process, until the result is called. */
export function followLoader(spool: Spool): () => Promise<void> {
  const stopped = new AbortController();
  const follow = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      // A disk that fails is noticed by the readiness probe; the next round tries again.
      await spool.followLoader().catch(() => undefined);
      await wait(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const done = follow();
  return () => {
    stopped.abort();
    return done;
  };
}
