import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';

export interface DemoOptions {
  readonly folder: string;
  readonly again: boolean;
  readonly world: World;
}

const WAREHOUSES = ['duckdb', 'bigquery'] as const;
type Warehouse = (typeof WAREHOUSES)[number];

/** What the synthetic month is made from, and where its books are kept; a folder belongs to one of these. */
export interface World {
  /** Which engine holds the book of record: a file beside the other stores, or a local BigQuery. */
  readonly warehouse: Warehouse;
  readonly seed: number;
  readonly creators: number;
  readonly events: number;
}

const DEFAULTS: World = { warehouse: 'duckdb', seed: 1, creators: 300, events: 60_000 };
/** A month of seconds rather than minutes. */
const DEFAULT_EVENTS: Readonly<Record<Warehouse, number>> = { duckdb: DEFAULTS.events, bigquery: 2000 };
/** What the evaluator of the local BigQuery holds: creators by their balances in every period that there is. */
const MOST_ON_BIGQUERY = { events: 6000, creators: 30 } as const;

export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parsed(args);
  const folder = resolve(values.out ?? '.data/demo');
  const again = values.again === true;
  const kept = again ? worldOf(folder) : undefined;
  const warehouse = warehouseOf(values.warehouse) ?? kept?.warehouse ?? DEFAULTS.warehouse;
  const events = wholeNumber('events', values.events) ?? kept?.events ?? DEFAULT_EVENTS[warehouse];
  const world = {
    warehouse,
    seed: wholeNumber('seed', values.seed) ?? kept?.seed ?? DEFAULTS.seed,
    creators: wholeNumber('creators', values.creators) ?? kept?.creators ?? creatorsFor(events),
    events,
  };
  if (kept && JSON.stringify(kept) !== JSON.stringify(world)) {
    throw new Rejected(
      `The folder ${folder} holds another month (${JSON.stringify(kept)}); leave --again out to begin anew.`,
    );
  }
  const { events: mostEvents, creators: mostCreators } = MOST_ON_BIGQUERY;
  const isTooLarge = events > mostEvents || world.creators > mostCreators;
  if (warehouse === 'bigquery' && isTooLarge) throw tooLargeForBigQuery(world);
  return { folder, again, world };
}

/** What to do about a month that the local BigQuery cannot hold. */
export function tooLargeForBigQuery({ events, creators }: World): Rejected {
  const most = `${MOST_ON_BIGQUERY.events} events of ${MOST_ON_BIGQUERY.creators} creators`;
  return new Rejected(
    `A month of ${events} events of ${creators} creators is too large for the local BigQuery, which takes about ${most}; ask for fewer with --events and --creators, or leave --warehouse bigquery out.`,
  );
}

/** Empties the folder of an earlier demo, unless it is to go on; refuses a folder that no demo made. */
export async function prepareFolder({ folder, again, world }: DemoOptions): Promise<void> {
  if (existsSync(folder) && !again) {
    if (!worldOf(folder))
      throw new Rejected(`The folder ${folder} exists and was not made by the demo; name another with --out.`);
    rmSync(folder, { recursive: true });
  }
  await mkdir(folder, { recursive: true });
  await writeFile(markOf(folder), `${JSON.stringify(world)}\n`);
}

function parsed(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: option,
        creators: option,
        events: option,
        out: option,
        warehouse: option,
        again: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Rejected(
      `${messageOf(error)} The options are --seed, --creators, --events, --out, --warehouse and --again.`,
    );
  }
}

/** A smaller month has fewer of them, in proportion. */
function creatorsFor(events: number): number {
  const proportional = Math.floor((events * DEFAULTS.creators) / DEFAULTS.events);
  return Math.min(DEFAULTS.creators, Math.max(2, proportional));
}

function warehouseOf(text: string | undefined): Warehouse | undefined {
  if (text === undefined) return undefined;
  const known = WAREHOUSES.find((name) => name === text);
  if (!known) throw new Rejected(`--warehouse takes ${WAREHOUSES.join(' or ')}, not ${JSON.stringify(text)}.`);
  return known;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Rejected(`--${name} takes a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function worldOf(folder: string): World | undefined {
  return existsSync(markOf(folder)) ? (JSON.parse(readFileSync(markOf(folder), 'utf8')) as World) : undefined;
}

function markOf(folder: string): string {
  return join(folder, 'demo.json');
}
