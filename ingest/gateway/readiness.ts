import type { Clock } from '../../warehouse/clock.ts';
import type { Spool } from '../spool/spool.ts';

/** Why something cannot be used now, or null where it can. */
export type Probe = () => Promise<string | null>;

/** For how long the answer of a probe is good, so that whoever asks often costs little. */
const GOOD_FOR_MS = 1000;

/** The same probe, run about once a second at most, and once for all who wait. */
export function onceASecond(probe: Probe, clock: Clock): Probe {
  let asking: Promise<string | null> | undefined;
  let answered = { atMs: Number.NEGATIVE_INFINITY, obstacle: null as string | null };
  const ask = async (): Promise<string | null> => {
    const obstacle = await probe();
    answered = { atMs: clock.now(), obstacle };
    asking = undefined;
    return obstacle;
  };
  return async () => {
    const ageMs = clock.now() - answered.atMs;
    if (ageMs >= 0 && ageMs < GOOD_FOR_MS) return answered.obstacle;
    asking ??= ask();
    return asking;
  };
}

/** Why events cannot be taken now. The disk itself is probed, so that room is found again while nobody sends. */
export function spoolProbe({ spool, clock }: { spool: Spool; clock: Clock }): Probe {
  const probe = onceASecond(() => spool.probe(), clock);
  return async () => (await probe()) ?? spool.state().failure;
}
