import { afterAll, expect, test, vi } from 'vitest';
import { FULL_RUN } from '../../support/full-run.ts';
import { runCrashCycles } from './crash-run.ts';

/**
 * Kill/restart cycles, ten on one data directory, then ten on the next: 20 in a full run, otherwise three. With
 * `CRASH_CYCLES` there are that many in all, ten on each. `CRASH_SEED=<seed>` repeats those of a seed.
 */
const { CRASH_CYCLES } = process.env;
const CYCLES_PER_FOLDER = FULL_RUN || CRASH_CYCLES !== undefined ? 10 : 3;
const folderCount = Math.ceil(Number(CRASH_CYCLES ?? (FULL_RUN ? 20 : 3)) / CYCLES_PER_FOLDER);
const firstSeed = Number(process.env.CRASH_SEED ?? 20_260_131);
const seeds = Array.from({ length: folderCount }, (_, index) => firstSeed + index);

vi.setConfig({ maxConcurrency: 2 });

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
