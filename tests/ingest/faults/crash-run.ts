import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { type Random, seeded } from '../../support/marketplace/prng.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import type { Plan, Report } from './crash-cycle.ts';
import type { Death, Step } from './crash-plan.ts';
import { Producer } from './producer.ts';
import { startLife } from './start-cycle.ts';
import { judge } from './verdict.ts';

/** A step at which a life can end, and how often a life does it. */
type Place = readonly [step: Step, often: number];

const PLACES: readonly Place[] = [
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
  ['arrive', 10],
  ['answer', 10],
];
/** What a life with an outbox does besides; its other steps are like those of any other life. */
const PLACES_WITH_OUTBOX: readonly Place[] = [
  ['tell', 6],
  ['mark', 1],
  ['mark', 2],
  ['mark', 3],
  ...PLACES.filter(([step]) =>
    ['write', 'sync', 'syncFolder', 'statement', 'commit', 'arrive', 'answer'].includes(step),
  ),
];

const ROUNDS = 3;
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T00:00:00.000Z');

export interface WorldOptions {
  readonly seed: number;
  readonly lives: number;
  /** PGlite takes most of the time of a start. */
  readonly hasOutbox: boolean;
}

/**
 * Lives one after the other over the same folder, each killed at a step that the seed chose, while a producer sends; then
 * one that is left in peace, loads everything, and is judged. Gives how many died where they were to.
 */
export async function runWorld({ seed, lives, hasOutbox }: WorldOptions): Promise<number> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'graves'));
  if (hasOutbox) await copyFreshStore(join(folder.path, 'operational'));
  const random = seeded(seed);
  // Draws of its own, for how many it needs depends on what was acknowledged: the lives are the same for a seed.
  const producer = new Producer(seeded(-seed), `wk_${seed}`);
  const world = new World({ folder: folder.path, hasOutbox, random, producer, write_key: `wk_${seed}` });
  const deaths = deathsOf(random, { lives, hasOutbox });
  let diedAsPlanned = 0;
  for (const death of deaths) if (await world.live(death)) diedAsPlanned++;
  const outbox = await world.lastLife();
  await judge({ folder: folder.path, producer: world.producer, told: world.told, outbox });
  return diedAsPlanned;
}

/** Each step has its turn before one has its second. */
function deathsOf(random: Random, { lives, hasOutbox }: Omit<WorldOptions, 'seed'>): Death[] {
  const deaths: Death[] = [];
  let places: Place[] = [];
  while (deaths.length < lives) {
    if (places.length === 0) places = hasOutbox ? [...PLACES_WITH_OUTBOX] : [...PLACES];
    const place = random.pick(places);
    places = places.filter((other) => other !== place);
    const [step, often] = place;
    deaths.push({
      step,
      count: random.between(1, often),
      moment: random.pick(['before', 'midway', 'after']),
      powerCut: random.chance(0.5),
      kept: random.unit(),
    });
  }
  return deaths;
}

type Home = Pick<Plan, 'folder' | 'hasOutbox' | 'write_key'>;

class World {
  readonly producer: Producer;
  /** Ids that stand in the outbox for certain. */
  readonly told = new Set<string>();
  readonly #home: Home;
  readonly #random: Random;
  #lifeCount = 0;

  constructor({ random, producer, ...home }: Home & { random: Random; producer: Producer }) {
    this.#home = home;
    this.#random = random;
    this.producer = producer;
  }

  /** Gives whether it died where it was to, rather than from outside at its end. */
  async live(death: Death): Promise<boolean> {
    const torn = this.#random.unit();
    if (torn < 0.5) await this.#tearTails(2 * torn);
    const life = await startLife(this.#plan(death));
    for (let round = 0; round < ROUNDS && life.url !== undefined && !life.isOver(); round++) {
      await Promise.all([
        this.producer.sendRound(life.url),
        life.order('load'),
        this.#home.hasOutbox && life.order('tell').then((report) => this.#remember(report)),
        this.#home.hasOutbox && life.order('relay'),
      ]);
    }
    return life.kill();
  }

  /** One that ends well; gives its outbox. */
  async lastLife(): Promise<NonNullable<Report['outbox']>> {
    const life = await startLife(this.#plan(undefined));
    await this.producer.sendRound(requirePresent(life.url, 'A life that is left in peace listens.'));
    if (this.#home.hasOutbox) await life.order('relay');
    await life.order('load');
    const report = await life.order('end');
    await life.kill();
    return requirePresent(report?.outbox, 'A life that ends well tells of its outbox.');
  }

  /** Leaves a beginning of a line, as a write that was cut off does, behind what stands in the open segments. */
  async #tearTails(share: number): Promise<void> {
    const spool = join(this.#home.folder, 'spool');
    const open = (await readdir(spool).catch(() => [])).filter((name) => name.endsWith('.open'));
    const line = '{"received_at":"2026-02-01T00:00:00.000Z","source_id":"marketplace","message":{"messageId":"torn"}}';
    for (const name of open) await appendFile(join(spool, name), line.slice(0, 1 + Math.floor(line.length * share)));
  }

  #remember(report: Report | undefined): void {
    for (const id of report?.told ?? []) this.told.add(id);
  }

  #plan(death: Death | undefined): Plan {
    const life = String(this.#lifeCount++);
    const now = START + this.#lifeCount * HOUR_MS;
    const back = now - this.#random.between(1, 72) * HOUR_MS;
    const ahead = now + this.#random.between(1, 20 * 24) * HOUR_MS;
    const jumps = this.#random.pick([[now], [now, back], [now, ahead, back], [back, ahead, now], [ahead, back]]);
    return { ...this.#home, life, death, clock: { jumps, readings: this.#random.between(3, 40) } };
  }
}
