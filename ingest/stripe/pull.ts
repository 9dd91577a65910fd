import Stripe from 'stripe';
import { type Clock, DAY_MS, instant } from '../../warehouse/clock.ts';
import { reasonOf, Unavailable } from '../../warehouse/errors.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { coveredFrom, firstUncovered, type Reading } from './coverage.ts';
import { recordsCreated, STRIPE_QUERIES } from './queries.ts';
import { readSlice } from './read-slice.ts';
import { type CreatedWindow, instantOf, type Resource, type StripeRecord } from './resource.ts';
import { charge, RESOURCES } from './resources.ts';
import { type Send, sendWithRetries, type Wait } from './retry.ts';
import { storeRecords } from './store-records.ts';
import { chargeCoverage, pulls } from './tables.ts';

export interface PullOptions {
  readonly stripe: Stripe;
  readonly clock: Clock;
  /** The first instant of the window of creation times, in milliseconds since the epoch. */
  readonly from: number;
  /** The first instant after the window. */
  readonly until: number;
  /** The kinds of records to read. Default: all. */
  readonly resources?: readonly Resource[];
  /** Waits before a retry. */
  readonly wait?: Wait;
  /** A slice with more records is split, so that memory is bounded. */
  readonly recordsPerSlice?: number;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface PullProgress {
  readonly pulled: number;
  /** Stripe's name of the kind of record that is being read. */
  readonly kind: string;
  /** The end of the last slice that was read. */
  readonly until: string;
}

export interface Pulled {
  /** The number of records that were read. */
  readonly pulled: number;
  /** The number of them that were new or had changed. */
  readonly stored: number;
  /** Whether it continued an interrupted pull of the same window. */
  readonly resumed: boolean;
}

/** Slices with few records grow up to this length. */
const LONGEST_SLICE_MS = 32 * DAY_MS;

/** How many times as long the next slice is if this one fits on a page of 100 records: about 800 records are still few. */
const GROWTH = 8;

/** Stripe's unit of time is one second. */
const SHORTEST_SLICE_MS = 1000;

/**
 * Reads the records created in a window into the warehouse, by kind and in slices from the beginning of the window. A slice is
 * stored in one transaction together with the record that it was read, which has the window: an interrupted pull continues where
 * it stopped when the same window is pulled again. That empty slices were read is stored with the next one of the kind that is not, or
 * with the last. A finished pull has no such records and is repeated as a whole. Throws `Unavailable` if Stripe cannot be read.
 */
export async function pullStripe(warehouse: Warehouse, options: PullOptions): Promise<Pulled> {
  const { clock, from, until, resources = RESOURCES, wait, recordsPerSlice = 10_000, onProgress } = options;
  const window: Window = { window_from_at: instant(from), window_until_at: instant(until) };
  const send = sendWithRetries(wait);
  const began = clock.now();
  const begun = await readingsOf(warehouse, window);
  let [pulled, stored] = [0, 0];
  for (const resource of resources) {
    const unstored: SliceReading[] = [];
    let begin = Date.parse(firstUncovered(window.window_from_at, ofKind(begun, resource)));
    let length = DAY_MS;
    // A slice that ends after the present is the last; the next pull reads the rest.
    while (begin < until && begin <= began) {
      const end = Math.min(begin + length, until);
      const most = end - begin > SHORTEST_SLICE_MS ? recordsPerSlice : Number.POSITIVE_INFINITY;
      const slice = await pullSlice(warehouse, resource, { ...options, send, window, begin, end, most, unstored });
      if (!slice) {
        length = Math.max(SHORTEST_SLICE_MS, Math.floor((end - begin) / 2));
        continue;
      }
      pulled += slice.pulled;
      stored += slice.stored;
      begin = end;
      if (slice.isOnePage) length = Math.min(GROWTH * length, LONGEST_SLICE_MS);
      onProgress?.({ pulled, kind: resource.object, until: instant(end) });
    }
    if (unstored.length > 0) await warehouse.transaction((writer) => writer.append(pulls, unstored));
  }
  await warehouse.transaction((writer) => endPull(writer, { window, clock }));
  return { pulled, stored, resumed: begun.length > 0 };
}

interface Window extends Readonly<Record<string, string>> {
  readonly window_from_at: string;
  readonly window_until_at: string;
}

interface SlicePull extends Pick<PullOptions, 'stripe' | 'clock'> {
  readonly send: Send;
  readonly window: Window;
  readonly begin: number;
  readonly end: number;
  readonly most: number;
  /** Of empty slices of the kind; whoever stores a slice stores and removes them. */
  readonly unstored: SliceReading[];
}

/** Undefined if the slice has too many records; nothing is stored then. */
async function pullSlice(
  warehouse: Warehouse,
  resource: Resource,
  { stripe, clock, send, window, begin, end, most, unstored }: SlicePull,
): Promise<{ pulled: number; stored: number; isOnePage: boolean } | undefined> {
  const began = clock.now();
  const pulled_at = instant(began);
  const created = {
    gte: Math.floor(begin / 1000),
    // Otherwise records that are created during the read would keep the list from becoming stable.
    lt: Math.min(Math.ceil(end / 1000), Math.floor(began / 1000) + 1),
  };
  try {
    const slice = await readSlice(resource, { stripe, send, created, most });
    if (!slice) return undefined;
    const unlisted = resource.canBeDeleted ? await unlistedOf(warehouse, resource, { created, ...slice }) : [];
    const again: StripeRecord[] = [];
    for (const id of unlisted) again.push(await send(() => resource.retrieve(stripe, id)));
    const records = [...slice.records, ...again];
    // Records created after the read began may be missing, even if the slice ends later.
    const reading = { pulled_from_at: instant(begin), pulled_until_at: instant(Math.min(end, began)), pulled_at };
    unstored.push({ record_kind: resource.object, ...reading, ...window });
    if (records.length === 0) return { pulled: 0, stored: 0, isOnePage: slice.isOnePage };
    const stored = await warehouse.transaction(async (writer) => {
      await writer.append(pulls, unstored);
      return storeRecords(writer, resource, records, { pulled_at, clock });
    });
    unstored.length = 0;
    return { pulled: records.length, stored, isOnePage: slice.isOnePage };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw new Unavailable(
      `Stripe could not be read: ${reasonOf(error)}; try again, or correct STRIPE_API_KEY if Stripe refuses the key.`,
    );
  }
}

/** The ids of stored records that were created in the window but were not listed: they may be deleted. */
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
  readonly pulled_from_at: string;
  readonly pulled_until_at: string;
  readonly pulled_at: string;
  readonly window_from_at: string | null;
  readonly window_until_at: string | null;
}

/** The slices that an unfinished pull of this window has read. */
async function readingsOf(
  warehouse: Pick<Warehouse, 'query'>,
  { window_from_at, window_until_at }: Window,
): Promise<SliceReading[]> {
  return warehouse.query<SliceReading>(...STRIPE_QUERIES.slices_of_window(window_from_at, window_until_at));
}

const ofKind = (readings: readonly SliceReading[], { object }: Resource): SliceReading[] =>
  readings.filter(({ record_kind }) => record_kind === object);

/** Replaces the rows of the slices, and of earlier pulls within the same interval, by one row per kind. */
async function endPull(writer: WarehouseWriter, { window, clock }: { window: Window; clock: Clock }): Promise<void> {
  const all = await writer.query<SliceReading>(...STRIPE_QUERIES.all_pulls());
  const isOfWindow = (reading: SliceReading): boolean =>
    reading.window_from_at === window.window_from_at && reading.window_until_at === window.window_until_at;
  let remaining = all.filter((reading) => !isOfWindow(reading));
  const slices = all.filter(isOfWindow);
  const pulled_from_at = window.window_from_at;
  for (const resource of RESOURCES) {
    const readings = ofKind(slices, resource);
    const pulled_until_at = firstUncovered(pulled_from_at, readings);
    const [first] = readings;
    if (!first || pulled_until_at === pulled_from_at) continue;
    const record_kind = resource.object;
    const isWithin = (reading: SliceReading): boolean =>
      reading.record_kind === record_kind &&
      reading.pulled_from_at >= pulled_from_at &&
      reading.pulled_until_at <= pulled_until_at;
    const whole = { record_kind, pulled_from_at, pulled_until_at, pulled_at: first.pulled_at };
    remaining = [
      ...remaining.filter((reading) => !isWithin(reading)),
      { ...whole, window_from_at: null, window_until_at: null },
    ];
    if (resource === charge)
      await recordCoverage(writer, { clock, until: pulled_until_at, readings: ofKind(remaining, charge) });
  }
  await writer.replaceRows(pulls, remaining);
}

async function recordCoverage(
  writer: WarehouseWriter,
  { clock, until, readings }: { clock: Clock; until: string; readings: readonly Reading[] },
): Promise<void> {
  const recorded_at = await takeInstant(writer, clock);
  const covered_from_at = coveredFrom(until, readings);
  await writer.append(chargeCoverage, [{ covered_from_at, covered_until_at: until, recorded_at }]);
}
