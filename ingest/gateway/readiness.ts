import type { Clock } from '../../warehouse/clock.ts';
import type { Spool } from '../spool/spool.ts';

/** For how long an answer of the disk is good, so that whoever asks often costs little. */
const GOOD_FOR_MS = 1000;

/**
 * Makes the function that says why events cannot be taken now, or null when they can. It asks the disk itself, so that room
 * is found again while nobody sends; about once a second at most, and once for all who wait.
 */
export function readiness({ spool, clock }: { spool: Spool; clock: Clock }): () => Promise<string | null> {
  let asking: Promise<string | null> | undefined;
  let answered = { atMs: Number.NEGATIVE_INFINITY, obstacle: null as string | null };
  const ask = async (): Promise<string | null> => {
    const obstacle = await spool.probe();
    answered = { atMs: clock.now(), obstacle };
    asking = undefined;
    return obstacle;
  };
  return async () => {
    const ageMs = clock.now() - answered.atMs;
    if (ageMs >= 0 && ageMs < GOOD_FOR_MS) return answered.obstacle ?? spool.state().failure;
    asking ??= ask();
    return asking;
  };
}
