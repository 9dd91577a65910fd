import { afterAll, expect, test, vi } from 'vitest';
import { runCrashCycles } from './crash-run.ts';

/**
 * Ten kill/restart cycles on one data directory, then ten on the next. `CRASH_CYCLES` is how many there are in all; without it,
 * as in `npm test`, five cycles on each of two are the floor. `CRASH_SEED=<seed>` repeats those of a seed.
 */
const { CRASH_CYCLES } = process.env;
const CYCLES_PER_FOLDER = CRASH_CYCLES === undefined ? 5 : 10;
const folderCount = Math.ceil(Number(CRASH_CYCLES ?? 10) / CYCLES_PER_FOLDER);
const firstSeed = Number(process.env.CRASH_SEED ?? 20_260_131);
const seeds = Array.from({ length: folderCount }, (_, index) => firstSeed + index);

vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });

let cycleCount = 0;
let crashedAsPlanned = 0;

test.concurrent.each(seeds)(
  'Killed at any step, nothing acknowledged is lost, doubled or invented (seed %d)',
  async (seed) => {
    // The floor has a folder with an outbox and one without.
    const count = await runCrashCycles({ seed, cycleCount: CYCLES_PER_FOLDER, hasOutbox: seed % 3 === 0 });
    crashedAsPlanned += count;
    cycleCount += CYCLES_PER_FOLDER;
  },
);

afterAll(() => {
  // Otherwise the crashes no longer come where something happens, and the cycles prove nothing.
  expect(crashedAsPlanned).toBeGreaterThanOrEqual(cycleCount / 2);
});
