import { afterAll, expect, test, vi } from 'vitest';
import { runCrashCycles } from './crash-run.ts';

/**
 * Five kill/restart cycles on one data directory, then five on the next. `CRASH_CYCLES` is how many there are in all: a floor
 * in `npm test`, more in `npm run test:faults`; `CRASH_SEED=<seed> CRASH_CYCLES=5` repeats those of a seed.
 */
const CYCLES_PER_FOLDER = 5;
const folderCount = Math.ceil(Number(process.env.CRASH_CYCLES ?? 10) / CYCLES_PER_FOLDER);
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
