import type { Clock } from '../../warehouse/clock.ts';
import type { Spool } from '../spool/spool.ts';

/** How long the result of a probe is cached, so that frequent requests cost little. */
const CACHED_FOR_MS = 1000;

/**
 * Returns the readiness probe: null, or the reason why events cannot be accepted now. It probes the disk, at most about once
 * per second and once for all concurrent requests, so it also detects that the disk has recovered while no events arrive.
 */
export function readiness({ spool, clock }: { spool: Spool; clock: Clock }): () => Promise<string | null> {
  let running: Promise<string | null> | undefined;
  let last = { atMs: Number.NEGATIVE_INFINITY, obstacle: null as string | null };
  const probe = async (): Promise<string | null> => {
    const obstacle = await spool.probe();
    last = { atMs: clock.now(), obstacle };
    running = undefined;
    return obstacle;
  };
  return async () => {
    const ageMs = clock.now() - last.atMs;
    if (ageMs >= 0 && ageMs < CACHED_FOR_MS) return last.obstacle ?? spool.state().failure;
    running ??= probe();
    return running;
  };
}
