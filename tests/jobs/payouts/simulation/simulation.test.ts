import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL_RUN } from '../../../support/full-run.ts';
import { ApprovedBatch } from './approved-batch.ts';
import { faultsOf } from './invariants.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Scheduler } from './scheduler.ts';
import { Simulation } from './simulation.ts';
import { installTimers } from './virtual-timers.ts';

const { SEED, SEEDS, FAULT_KINDS } = process.env;
const FIRST = Number(SEED ?? 1);
const COUNT = SEED === undefined ? Number(SEEDS ?? (FULL_RUN ? 500 : 20)) : 1;
const CHOSEN = FAULT_KINDS === undefined ? KINDS : KINDS.filter((kind) => FAULT_KINDS.split(',').includes(kind));

let batch: ApprovedBatch;
let current: Scheduler | undefined;
let restoreTimers: () => void;
beforeAll(async () => {
  batch = await ApprovedBatch.open();
  restoreTimers = installTimers(() => current);
});
afterAll(async () => {
  restoreTimers?.();
  await batch?.[Symbol.asyncDispose]();
});

/** What a seed came to: nothing wrong, or a report with the course. */
async function runSeed(seed: number, kinds: readonly Kind[]): Promise<{ faults: string[]; course: string[] }> {
  await using simulation = await Simulation.begin(batch, { seed, kinds });
  current = simulation.scheduler;
  try {
    await simulation.run();
    return { faults: await faultsOf(simulation), course: simulation.scheduler.course };
  } finally {
    current = undefined;
  }
}

test(`each payout is sent once in ${COUNT} courses from seed ${FIRST}`, {
  timeout: 1000 * COUNT + 60_000,
}, async () => {
  const failed: string[] = [];
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const { faults, course } = await runSeed(seed, CHOSEN);
    if (SEED !== undefined) console.log(course.join('\n'));
    if (faults.length > 0) failed.push(`seed ${seed}: ${faults.join('; ')}`);
  }
  expect(failed).toEqual([]);
});
