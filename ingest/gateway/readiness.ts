import type { Clock } from '../../warehouse/clock.ts';
import type { Spool } from '../spool/spool.ts';

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
