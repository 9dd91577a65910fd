import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { type Random, seeded } from '../../support/marketplace/prng.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import type { CyclePlan, Report } from './crash-cycle.ts';
import type { Crash, Step } from './crash-plan.ts';
import { assertExactlyOnce } from './exactly-once.ts';
import { Producer } from './producer.ts';
import { startCycle } from './start-cycle.ts';

/** A step at which a cycle can crash, and how often a cycle takes it. */
type CrashPoint = readonly [step: Step, often: number];

const CRASH_POINTS: readonly CrashPoint[] = [
  ['list', 1],
  ['read', 1],
  ['truncate', 1],
  ['open', 4],
  ['write', 8],
  ['sync', 10],
  ['rename', 4],
  ['remove', 3],
  ['syncFolder', 7],
  ['statement', 35],
  ['commit', 4],
  ['request', 10],
  ['response', 10],
];
/** The steps that only an outbox adds; the others of such a cycle are like those of any other. */
const CRASH_POINTS_WITH_OUTBOX: readonly CrashPoint[] = [
  ['enqueue', 6],
  ['mark', 1],
  ['mark', 2],
  ['mark', 3],
  ...CRASH_POINTS.filter(([step]) =>
    ['write', 'sync', 'syncFolder', 'statement', 'commit', 'request', 'response'].includes(step),
  ),
];

const ROUNDS = 3;
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T00:00:00.000Z');

interface CrashRunOptions {
  readonly seed: number;
  readonly cycleCount: number;
  /** PGlite takes most of the time of a start. */
  readonly hasOutbox: boolean;
}

/**
 * Kill/restart cycles on one data directory, each killed at a step that the seed chose while a producer sends; then one
 * that is not killed, loads everything, and is checked. Returns how many crashed where they were to.
 */
export async function runCrashCycles({ seed, cycleCount, hasOutbox }: CrashRunOptions): Promise<number> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'removed'));
  if (hasOutbox) await copyFreshStore(join(folder.path, 'operational'));
  const random = seeded(seed);
  // Draws of its own, for how many it needs depends on what was acknowledged: the crashes are the same for a seed.
  const producer = new Producer(seeded(-seed), `wk_${seed}`);
  const run = new CrashRun({ folder: folder.path, hasOutbox, random, producer, write_key: `wk_${seed}` });
  let crashedAsPlanned = 0;
  for (const crash of crashesOf(random, { cycleCount, hasOutbox })) {
    if (await run.cycle(crash)) crashedAsPlanned++;
  }
  const outbox = await run.lastCycle();
  await assertExactlyOnce({ folder: folder.path, producer, enqueued: run.enqueued, outbox });
  return crashedAsPlanned;
}

/** Each step has its turn before one has its second. */
function crashesOf(random: Random, { cycleCount, hasOutbox }: Omit<CrashRunOptions, 'seed'>): Crash[] {
  const crashes: Crash[] = [];
  let points: CrashPoint[] = [];
  while (crashes.length < cycleCount) {
    if (points.length === 0) points = hasOutbox ? [...CRASH_POINTS_WITH_OUTBOX] : [...CRASH_POINTS];
    const point = random.pick(points);
    points = points.filter((other) => other !== point);
    const [step, often] = point;
    crashes.push({
      step,
      count: random.between(1, often),
      moment: random.pick(['before', 'midway', 'after']),
      powerCut: random.chance(0.5),
      kept: random.unit(),
    });
  }
  return crashes;
}

type Shared = Pick<CyclePlan, 'folder' | 'hasOutbox' | 'write_key'>;

class CrashRun {
  /** Ids that are in the outbox for certain. */
  readonly enqueued = new Set<string>();
  readonly #producer: Producer;
  readonly #shared: Shared;
  readonly #random: Random;
  #cycleCount = 0;

  constructor({ random, producer, ...shared }: Shared & { random: Random; producer: Producer }) {
    this.#shared = shared;
    this.#random = random;
    this.#producer = producer;
  }

  /** Returns whether it crashed where it was to, rather than being killed from outside at its end. */
  async cycle(crash: Crash): Promise<boolean> {
    const torn = this.#random.unit();
    if (torn < 0.5) await this.#tearTails(2 * torn);
    const cycle = await startCycle(this.#plan(crash));
    for (let round = 0; round < ROUNDS && cycle.url !== undefined && !cycle.hasEnded(); round++) {
      await Promise.all([
        this.#producer.sendRound(cycle.url),
        cycle.send('load'),
        this.#shared.hasOutbox && cycle.send('enqueue').then((report) => this.#remember(report)),
        this.#shared.hasOutbox && cycle.send('relay'),
      ]);
    }
    return cycle.kill();
  }

  /** One that stops in good order; returns its outbox. */
  async lastCycle(): Promise<NonNullable<Report['outbox']>> {
    const cycle = await startCycle(this.#plan(undefined));
    await this.#producer.sendRound(requirePresent(cycle.url, 'A cycle without a crash listens.'));
    if (this.#shared.hasOutbox) await cycle.send('relay');
    await cycle.send('load');
    const report = await cycle.send('stop');
    await cycle.kill();
    return requirePresent(report?.outbox, 'A cycle that stops reports its outbox.');
  }

  /** Leaves the start of a line, as a write that was cut off does, at the end of the open segments. */
  async #tearTails(share: number): Promise<void> {
    const spool = join(this.#shared.folder, 'spool');
    const open = (await readdir(spool).catch(() => [])).filter((name) => name.endsWith('.open'));
    const line = '{"received_at":"2026-02-01T00:00:00.000Z","source_id":"marketplace","message":{"messageId":"torn"}}';
    for (const name of open) await appendFile(join(spool, name), line.slice(0, 1 + Math.floor(line.length * share)));
  }

  #remember(report: Report | undefined): void {
    for (const id of report?.enqueued ?? []) this.enqueued.add(id);
  }

  #plan(crash: Crash | undefined): CyclePlan {
    const cycle = String(this.#cycleCount++);
    const now = START + this.#cycleCount * HOUR_MS;
    const back = now - this.#random.between(1, 72) * HOUR_MS;
    const ahead = now + this.#random.between(1, 20 * 24) * HOUR_MS;
    const jumps = this.#random.pick([[now], [now, back], [now, ahead, back], [back, ahead, now], [ahead, back]]);
    return { ...this.#shared, cycle, crash, clock: { jumps, readings: this.#random.between(3, 40) } };
  }
}
