import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Rejected, reasonOf } from '../../../warehouse/errors.ts';

export interface DemoOptions {
  readonly folder: string;
  readonly again: boolean;
  /** The port to go on listening on once the month is there; undefined to end then. */
  readonly servePort: number | undefined;
  readonly setup: DemoSetup;
}

const WAREHOUSES = ['duckdb', 'bigquery'] as const;
type Warehouse = (typeof WAREHOUSES)[number];

/** The parameters of the synthetic month and its warehouse. A folder belongs to one setup. */
interface DemoSetup {
  /** The warehouse engine: a DuckDB file beside the other stores, or a local BigQuery. */
  readonly warehouse: Warehouse;
  readonly seed: number;
  readonly creators: number;
  readonly events: number;
}

const DEFAULTS: DemoSetup = { warehouse: 'duckdb', seed: 1, creators: 300, events: 60_000 };
/** On the local BigQuery, a month that takes seconds rather than minutes. */
const DEFAULT_EVENTS: Readonly<Record<Warehouse, number>> = { duckdb: DEFAULTS.events, bigquery: 2000 };
/** The limits of the local BigQuery's evaluator. Creators count by their balances in every period. */
const MOST_ON_BIGQUERY = { events: 6000, creators: 30 } as const;

export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parsed(args);
  const folder = resolve(values.out ?? '.data/demo');
  const again = values.again === true;
  const kept = again ? setupOf(folder) : undefined;
  const warehouse = warehouseOf(values.warehouse) ?? kept?.warehouse ?? DEFAULTS.warehouse;
  const events = wholeNumber('events', values.events) ?? kept?.events ?? DEFAULT_EVENTS[warehouse];
  const setup = {
    warehouse,
    seed: wholeNumber('seed', values.seed) ?? kept?.seed ?? DEFAULTS.seed,
    creators: wholeNumber('creators', values.creators) ?? kept?.creators ?? creatorsFor(events),
    events,
  };
  if (kept && JSON.stringify(kept) !== JSON.stringify(setup)) {
    throw new Rejected(
      `The demo cannot continue in ${folder}, because the folder has a different month (${JSON.stringify(kept)}). Leave out --again to start over.`,
    );
  }
  const { events: mostEvents, creators: mostCreators } = MOST_ON_BIGQUERY;
  const isTooLarge = events > mostEvents || setup.creators > mostCreators;
  if (warehouse === 'bigquery' && isTooLarge) throw tooLargeForBigQuery(setup);
  return { folder, again, servePort: servePortOf(values), setup };
}

/** The error for a month that exceeds the limits of the local BigQuery. */
export function tooLargeForBigQuery({ events, creators }: DemoSetup): Rejected {
  const most = `${MOST_ON_BIGQUERY.events} events of ${MOST_ON_BIGQUERY.creators} creators`;
  return new Rejected(
    `A month of ${events} events of ${creators} creators is too large for the local BigQuery, whose limit is about ${most}; reduce --events and --creators, or leave out --warehouse bigquery.`,
  );
}

/** Empties the folder of an earlier demo, unless `again` is set. Throws `Rejected` for a folder that no demo made. */
export async function prepareFolder({ folder, again, setup }: DemoOptions): Promise<void> {
  if (existsSync(folder) && !again) {
    if (!setupOf(folder))
      throw new Rejected(
        `The demo cannot use ${folder}, because it was not made by the demo. Choose another folder with --out.`,
      );
    rmSync(folder, { recursive: true });
  }
  await mkdir(folder, { recursive: true });
  await writeFile(markOf(folder), `${JSON.stringify(setup)}\n`);
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
        serve: { type: 'boolean' },
        port: option,
      },
    });
  } catch (error) {
    throw new Rejected(
      `${reasonOf(error)}. The options are --seed, --creators, --events, --out, --warehouse, --again, --serve and --port.`,
    );
  }
}

/** The default number of creators, in proportion to the events. */
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

function servePortOf({ serve, port }: { serve?: boolean | undefined; port?: string | undefined }): number | undefined {
  if (serve) return wholeNumber('port', port) ?? 8080;
  if (port !== undefined) throw new Rejected('--port is the port of --serve; set both.');
  return undefined;
}

function setupOf(folder: string): DemoSetup | undefined {
  return existsSync(markOf(folder)) ? (JSON.parse(readFileSync(markOf(folder), 'utf8')) as DemoSetup) : undefined;
}

function markOf(folder: string): string {
  return join(folder, 'demo.json');
}
