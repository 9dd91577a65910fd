import { afterAll, expect, test, vi } from 'vitest';
import { runWorld } from './crash-run.ts';

/**
 * A world is ten lives over one folder. `CRASH_CYCLES=5000` lets so many be lived, and `CRASH_SEED=<seed> CRASH_CYCLES=10`
 * repeats the world of a seed.
 */
const LIVES_A_WORLD = 10;
const worldCount = Math.ceil(Number(process.env.CRASH_CYCLES ?? 100) / LIVES_A_WORLD);
const firstSeed = Number(process.env.CRASH_SEED ?? 20_260_131);
const seeds = Array.from({ length: worldCount }, (_, index) => firstSeed + index);

vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });

let lived = 0;
let diedAsPlanned = 0;

test.concurrent.each(seeds)(
  'Killed at any step, nothing acknowledged is lost, doubled or invented (seed %d)',
  async (seed) => {
    const died = await runWorld({ seed, lives: LIVES_A_WORLD, hasOutbox: seed % 10 < 3 });
    lived += LIVES_A_WORLD;
    diedAsPlanned += died;
  },
);

afterAll(() => {
  // Otherwise the deaths no longer come where something happens, and the worlds prove nothing.
  expect(diedAsPlanned).toBeGreaterThanOrEqual(lived / 2);
});
