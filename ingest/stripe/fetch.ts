import Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, NotFound, Unavailable } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { markProcessed, recordFailedAttempt, type WaitingEvent, waitingEvents } from './inbox.ts';
import { type StoredRecord, withRelated } from './related.ts';
import type { Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';
import { storeRecords } from './store-records.ts';
import { subjectOf } from './subject.ts';

export interface FetchOptions {
  readonly operational: Operational;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Called only if an event is waiting. */
  readonly stripe: () => Stripe;
  readonly onProgress?: (text: string) => void;
}

export interface Fetched {
  /** Objects that were read. */
  readonly fetched: number;
  /** Records that had changed: the objects and related ones. */
  readonly changed: number;
  /** Events whose object no longer exists at Stripe. */
  readonly deleted: number;
  /** Events about nothing that is stored. */
  readonly ignored: number;
  /** Events whose object Stripe does not return yet. */
  readonly waiting: number;
}

/** An object to fetch, and the events about it. */
interface Wanted {
  readonly resource: Resource;
  readonly id: string;
  readonly events: WaitingEvent[];
}

/** The number of events that are processed together. */
const EVENTS_PER_BATCH = 1000;

/** An event can arrive before Stripe's API returns its object; only after this time a missing object counts as deleted. */
const DELETED_AFTER_MS = 10 * 60 * 1000;

/**
 * Reads the object of every waiting event of the inbox from Stripe, once per object, and stores its current state: neither the
 * order nor the repetition of events matters, and after a crash it is read again. Throws `Unavailable` if Stripe fails; the
 * remaining events wait for the next run, and failed ones are tried after all others.
 */
export async function fetchObjects(options: FetchOptions): Promise<Fetched> {
  const done = { fetched: 0, changed: 0, deleted: 0, ignored: 0 };
  for (;;) {
    const events = await waitingEvents(options.operational, EVENTS_PER_BATCH);
    const { wanted, ignored } = await groupByObject(events, options);
    done.ignored += ignored;
    let waiting = 0;
    for (const one of wanted) {
      const outcome = await fetchOne(one, { ...options, stripe: options.stripe() });
      if (outcome === 'waiting') waiting += one.events.length;
      else if (outcome === 'deleted') done.deleted += one.events.length;
      else {
        done.changed += outcome;
        if (++done.fetched % 25 === 0) options.onProgress?.(`${done.fetched} objects fetched`);
      }
    }
    if (events.length < EVENTS_PER_BATCH || waiting === events.length) return { ...done, waiting };
  }
}

/** Groups events by the object to fetch, and marks those without one as ignored. */
async function groupByObject(
  events: readonly WaitingEvent[],
  { operational, clock }: Pick<FetchOptions, 'operational' | 'clock'>,
): Promise<{ wanted: readonly Wanted[]; ignored: number }> {
  const wanted = new Map<string, Wanted>();
  let ignored = 0;
  for (const event of events) {
    const subject = subjectOf(event);
    if ('reason' in subject) {
      await markProcessed(operational, [event], { state: 'ignored', reason: subject.reason, clock });
      ignored += 1;
      continue;
    }
    const key = `${subject.resource.object} ${subject.id}`;
    const known = wanted.get(key) ?? { ...subject, events: [] };
    known.events.push(event);
    wanted.set(key, known);
  }
  return { wanted: [...wanted.values()], ignored };
}

/** Returns the number of changed records, or the state of the events if Stripe has no such object. */
async function fetchOne(
  wanted: Wanted,
  { stripe, ...options }: Omit<FetchOptions, 'stripe'> & { stripe: Stripe },
): Promise<number | 'deleted' | 'waiting'> {
  const { operational, clock } = options;
  const { resource, id, events } = wanted;
  try {
    const pulled_at = instant(clock.now());
    const records = await readWithRelated(stripe, wanted);
    if (records) {
      const changed = await store(records, { ...options, pulled_at });
      await markProcessed(operational, events, { state: 'fetched', reason: null, clock });
      return changed;
    }
    const reason = `Stripe has no ${resource.object} ${id}.`;
    const longAgo = clock.now() - DELETED_AFTER_MS;
    if (events.some(({ received_at }) => Date.parse(received_at) > longAgo)) {
      await recordFailedAttempt(operational, events, reason);
      return 'waiting';
    }
    await markProcessed(operational, events, { state: 'deleted', reason, clock });
    return 'deleted';
  } catch (error) {
    await recordFailedAttempt(operational, events, messageOf(error));
    throw error;
  }
}

/** Undefined if Stripe answers that there is no such object. */
async function readWithRelated(stripe: Stripe, { resource, id }: Wanted): Promise<readonly StoredRecord[] | undefined> {
  let isRead = false;
  try {
    const record = (await resource.retrieve(stripe, id)) as StoredRecord;
    isRead = true;
    const records = new Map<string, StoredRecord>();
    for await (const each of withRelated(stripe, record)) records.set(each.id, each);
    return [...records.values()];
  } catch (error) {
    if (!isRead && isMissing(error)) return undefined;
    if (!(error instanceof Stripe.errors.StripeError) && !(error instanceof NotFound)) throw error;
    throw new Unavailable(`The ${resource.object} ${id} could not be read from Stripe: ${messageOf(error)}`);
  }
}

function isMissing(error: unknown): boolean {
  if (error instanceof NotFound) return true;
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

/** Stores an object and its related records in one transaction. */
async function store(
  records: readonly StoredRecord[],
  { warehouse, clock, pulled_at }: Pick<FetchOptions, 'warehouse' | 'clock'> & { pulled_at: string },
): Promise<number> {
  const byKind = Map.groupBy(records, ({ object }) => object);
  return warehouse.transaction(async (writer) => {
    let changed = 0;
    for (const [kind, some] of byKind) {
      const resource = requirePresent(
        RESOURCES.find(({ object }) => object === kind),
        `Stripe returned a record of the kind ${kind}, which is not stored.`,
      );
      changed += await storeRecords(writer, resource, some, { pulled_at, clock });
    }
    return changed;
  });
}
