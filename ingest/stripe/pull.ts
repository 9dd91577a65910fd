import Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { firstUncovered, type Reading } from './coverage.ts';
import { recordsCreated, STRIPE_QUERIES } from './queries.ts';
import { readSlice } from './read-slice.ts';
import { type CreatedWindow, instantOf, type Resource, type StripeRecord } from './resource.ts';
import { RESOURCES } from './resources.ts';
import { type Ask, askPatiently, type Wait } from './retry.ts';
import { storeRecords } from './store-records.ts';
import { pulls } from './tables.ts';

export interface PullOptions {
  readonly stripe: Stripe;
  readonly clock: Clock;
  /** What was created from this instant, in milliseconds since the epoch … */
  readonly from: number;
  /** … up to, not including, this one. */
  readonly until: number;
  /** How to wait before Stripe is asked again. */
  readonly wait?: Wait;
  /** A slice that holds more is cut, so that memory stays bounded. */
  readonly recordsPerSlice?: number;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface PullProgress {
  readonly pulled: number;
  /** Stripe's word for the kind of record that is being read. */
  readonly kind: string;
  /** How far it has been read. */
  readonly until: string;
}

export interface Pulled {
  /** Records that were read. */
  readonly pulled: number;
  /** Of these, the ones that were new or had changed. */
  readonly stored: number;
  /** Whether it went on with a pull of the same window that had broken off. */
  readonly resumed: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Slices of few records grow up to this. */
const LONGEST_SLICE_MS = 32 * DAY_MS;

/** Stripe tells time in seconds. */
const SHORTEST_SLICE_MS = 1000;

/**
 * Reads what was created in a window, kind by kind and slice by slice from its beginning, into the warehouse. A slice is stored
 * in one transaction with the record that it was read, which names the window: so a pull that broke off goes on where it
 * stopped when the same window is pulled again, and a pull that ended leaves no such record and is repeated whole. Throws
 * `Unavailable` where Stripe cannot be read.
 */
export async function pullStripe(warehouse: Warehouse, options: PullOptions): Promise<Pulled> {
  const { clock, from, until, wait, recordsPerSlice = 10_000, onProgress } = options;
  const window: Window = { window_from: instant(from), window_until: instant(until) };
  const ask = askPatiently(wait);
  const began = clock.now();
  const begun = await readingsOf(warehouse, window);
  let [pulled, stored] = [0, 0];
  for (const resource of RESOURCES) {
    let begin = Date.parse(firstUncovered(window.window_from, ofKind(begun, resource)));
    let length = DAY_MS;
    // A slice that reaches past the present is the last: the rest of it is for the next pull.
    while (begin < until && begin <= began) {
      const end = Math.min(begin + length, until);
      const most = end - begin > SHORTEST_SLICE_MS ? recordsPerSlice : Number.POSITIVE_INFINITY;
      const slice = await pullSlice(warehouse, resource, { ...options, ask, window, begin, end, most });
      if (!slice) {
        length = Math.max(SHORTEST_SLICE_MS, Math.floor((end - begin) / 2));
        continue;
      }
      pulled += slice.pulled;
      stored += slice.stored;
      begin = end;
      if (slice.isOnePage) length = Math.min(2 * length, LONGEST_SLICE_MS);
      onProgress?.({ pulled, kind: resource.object, until: instant(end) });
    }
  }
  await warehouse.transaction((writer) => endPull(writer, window));
  return { pulled, stored, resumed: begun.length > 0 };
}

interface Window extends Readonly<Record<string, string>> {
  readonly window_from: string;
  readonly window_until: string;
}

interface SlicePull extends Pick<PullOptions, 'stripe' | 'clock'> {
  readonly ask: Ask;
  readonly window: Window;
  readonly begin: number;
  readonly end: number;
  readonly most: number;
}

/** Gives nothing, and has stored nothing, where the slice holds too much. */
async function pullSlice(
  warehouse: Warehouse,
  resource: Resource,
  { stripe, clock, ask, window, begin, end, most }: SlicePull,
): Promise<{ pulled: number; stored: number; isOnePage: boolean } | undefined> {
  const began = clock.now();
  const pulled_at = instant(began);
  const created = {
    gte: Math.floor(begin / 1000),
    // What is created while the list is read would keep it from ever standing still.
    lt: Math.min(Math.ceil(end / 1000), Math.floor(began / 1000) + 1),
  };
  try {
    const slice = await readSlice(resource, { stripe, ask, created, most });
    if (!slice) return undefined;
    const unlisted = resource.canBeDeleted ? await unlistedOf(warehouse, resource, { created, ...slice }) : [];
    const again: StripeRecord[] = [];
    for (const id of unlisted) again.push(await ask(() => resource.retrieve(stripe, id)));
    const records = [...slice.records, ...again];
    // What happens after this reading began may be missing in it, however far the slice reaches.
    const reading = { pulled_from: instant(begin), pulled_until: instant(Math.min(end, began)), pulled_at };
    const stored = await warehouse.transaction(async (writer) => {
      await writer.append(pulls, [{ record_kind: resource.object, ...reading, ...window }]);
      return storeRecords(writer, resource, records, { pulled_at, clock });
    });
    return { pulled: records.length, stored, isOnePage: slice.isOnePage };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw new Unavailable(`Stripe could not be read: ${messageOf(error)}`);
  }
}

/** The ids of what was created in a time, is stored as still there, and was not listed: it may be gone. */
async function unlistedOf(
  warehouse: Warehouse,
  { table }: Resource,
  { created, records }: { created: CreatedWindow; records: readonly StripeRecord[] },
): Promise<string[]> {
  const known = await warehouse.query<{ id_stripe: string }>(
    ...recordsCreated(table, { from: instantOf(created.gte), until: instantOf(created.lt) }),
  );
  const listed = new Set(records.map(({ id }) => id));
  return known.map(({ id_stripe }) => id_stripe).filter((id) => !listed.has(id));
}

interface SliceReading extends Reading, ValueRow {
  readonly record_kind: string;
  readonly pulled_from: string;
  readonly pulled_until: string;
  readonly pulled_at: string;
  readonly window_from: string | null;
  readonly window_until: string | null;
}

/** What a pull of this window has read that has not ended. */
async function readingsOf(
  warehouse: Pick<Warehouse, 'query'>,
  { window_from, window_until }: Window,
): Promise<SliceReading[]> {
  return warehouse.query<SliceReading>(...STRIPE_QUERIES.slices_of_window(window_from, window_until));
}

const ofKind = (readings: readonly SliceReading[], { object }: Resource): SliceReading[] =>
  readings.filter(({ record_kind }) => record_kind === object);

/** One record for each kind takes the place of those of the slices, and of every earlier reading of the same time. */
async function endPull(writer: WarehouseWriter, window: Window): Promise<void> {
  const all = await writer.query<SliceReading>(...STRIPE_QUERIES.all_pulls());
  const isOfWindow = (reading: SliceReading): boolean =>
    reading.window_from === window.window_from && reading.window_until === window.window_until;
  let kept = all.filter((reading) => !isOfWindow(reading));
  const slices = all.filter(isOfWindow);
  const pulled_from = window.window_from;
  for (const resource of RESOURCES) {
    const readings = ofKind(slices, resource);
    const pulled_until = firstUncovered(pulled_from, readings);
    const [first] = readings;
    if (!first || pulled_until === pulled_from) continue;
    const record_kind = resource.object;
    const isWithin = (reading: SliceReading): boolean =>
      reading.record_kind === record_kind && reading.pulled_from >= pulled_from && reading.pulled_until <= pulled_until;
    const whole = { record_kind, pulled_from, pulled_until, pulled_at: first.pulled_at };
    kept = [...kept.filter((reading) => !isWithin(reading)), { ...whole, window_from: null, window_until: null }];
  }
  await writer.replaceRows(pulls, kept);
}
