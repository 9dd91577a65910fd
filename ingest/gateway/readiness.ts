import type { Clock } from '../../warehouse/clock.ts';
import type { Spool, SpoolState } from '../spool/spool.ts';

/** Why something cannot be used now, or null if it can. */
export type Probe = () => Promise<string | null>;

/** How long the result of a probe is cached, so that frequent requests cost little. */
const CACHED_FOR_MS = 1000;

/** The same probe, run at most about once per second, and once for all concurrent calls. */
export function oncePerSecond(probe: Probe, clock: Clock): Probe {
  let running: Promise<string | null> | undefined;
  let last = { atMs: Number.NEGATIVE_INFINITY, obstacle: null as string | null };
  const run = async (): Promise<string | null> => {
    const obstacle = await probe();
    last = { atMs: clock.now(), obstacle };
    running = undefined;
    return obstacle;
  };
  return async () => {
    const ageMs = clock.now() - last.atMs;
    if (ageMs >= 0 && ageMs < CACHED_FOR_MS) return last.obstacle;
    running ??= run();
    return running;
  };
}

/** Why events cannot be accepted now. It probes the disk, so it also detects a recovery while no events arrive. */
export function spoolProbe({ spool, clock }: { spool: Spool; clock: Clock }): Probe {
  const probe = oncePerSecond(() => spool.probe(), clock);
  return async () => (await probe()) ?? spool.state().failure;
}

/** What is accepted and not loaded yet: its size, its sealed segments, and the age of the oldest, null if nothing waits. */
interface Backlog {
  readonly byte_count: number;
  readonly sealed_count: number;
  readonly oldest_age_ms: number | null;
}

export function backlogOf({ waiting_bytes, sealed_count, waiting_since_ms }: SpoolState, clock: Clock): Backlog {
  const oldest_age_ms = waiting_since_ms === null ? null : Math.max(0, clock.now() - waiting_since_ms);
  return { byte_count: waiting_bytes, sealed_count, oldest_age_ms };
}
