import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { FULL_RUN } from '../../../support/full-run.ts';
import { HUNG_AFTER_MS } from '../../../support/hung-after.ts';
import { ApprovedBatch } from './approved-batch.ts';
import { faultsOf } from './invariants.ts';
import { KINDS, type Kind } from './kinds.ts';
import { MonthEnd } from './month-end.ts';
import type { Scheduler } from './scheduler.ts';
import { Simulation } from './simulation.ts';
import { installTimers } from './virtual-timers.ts';

const { SEED, SEEDS, FAULT_KINDS } = process.env;
const FIRST = Number(SEED ?? 1);
const COUNT = Number(SEEDS ?? (SEED !== undefined ? 1 : FULL_RUN ? 500 : 8));
const CHOSEN = KINDS.filter((kind) => FAULT_KINDS?.split(',').includes(kind) ?? true);

let batch: ApprovedBatch;
let current: Scheduler | undefined;
/** The course of the first seed. */
let first: readonly string[] | undefined;
let restoreTimers: () => void;
beforeAll(async () => {
  batch = await ApprovedBatch.open();
  restoreTimers = installTimers(() => current);
});
afterAll(async () => {
  restoreTimers?.();
  await batch?.[Symbol.asyncDispose]();
});

/** Of every so many seeds, one goes on to the books and the comparison with Stripe: that takes ten times as long as the payouts. */
const BOOKED = Number(process.env.BOOKED ?? 50);
const isBooked = (seed: number): boolean => seed % BOOKED === 0;

/** What a seed came to: nothing wrong, or a report with the course. */
async function runSeed(seed: number, kinds: readonly Kind[]): Promise<{ faults: string[]; course: string[] }> {
  await using simulation = await Simulation.begin(batch, { seed, kinds });
  current = simulation.scheduler;
  try {
    await simulation.run(parsePeriod('2026-01'), batch.lines);
    const faults = await faultsOf(simulation);
    if (isBooked(seed) && faults.length === 0)
      faults.push(...(await new MonthEnd(simulation).run()), ...(await faultsOf(simulation)));
    return { faults, course: simulation.scheduler.course };
  } catch (error) {
    const { course } = simulation.scheduler;
    return { faults: [error instanceof Error ? `${error.stack}` : String(error)], course };
  } finally {
    current = undefined;
  }
}

const NAME = 'tests/jobs/payouts/simulation/simulation.test.ts';
const KINDS_OPTION = FAULT_KINDS === undefined ? '' : `FAULT_KINDS=${FAULT_KINDS} `;
const BOOKED_OPTION = process.env.BOOKED === undefined ? '' : `BOOKED=${BOOKED} `;

/** How to run a course again, and its steps. */
function reportOf(seed: number, course: readonly string[]): string {
  return [`To replay it: ${KINDS_OPTION}${BOOKED_OPTION}SEED=${seed} npx vitest run ${NAME}`, ...course].join('\n');
}

test(`each payout is sent once in ${COUNT} courses from seed ${FIRST}`, {
  timeout: HUNG_AFTER_MS * Math.ceil(COUNT / (BOOKED === 1 ? 50 : 500)),
}, async () => {
  const failed: string[] = [];
  let report = '';
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const { faults, course } = await runSeed(seed, CHOSEN);
    if (seed === FIRST) first = course;
    if (faults.length === 0) continue;
    failed.push(`seed ${seed}: ${faults.join('; ')}`);
    report ||= reportOf(seed, course);
  }
  expect(failed, report).toEqual([]);
});

test('a seed has the same course again', async () => {
  const withoutRuns = (course: readonly string[]): string[] =>
    course.map((step) => step.replaceAll(/run_[0-9a-f]+|(?<=po_[0-9a-f]+)-[0-9]+/g, ''));
  const again = await runSeed(FIRST, CHOSEN);
  expect(withoutRuns(again.course)).toEqual(withoutRuns(first ?? (await runSeed(FIRST, CHOSEN)).course));
});
