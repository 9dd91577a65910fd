import Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, NotFound, Unavailable } from '../../warehouse/errors.ts';
import { present } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { attemptFailed, settle, type WaitingEvent, waitingEvents } from './inbox.ts';
import { type KeptRecord, withRelated } from './related.ts';
import type { Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';
import { storeRecords } from './store-records.ts';
import { subjectOf } from './subject.ts';

export interface FetchOptions {
  readonly operational: Operational;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Asked for only where something waits. */
  readonly stripe: () => Stripe;
  readonly onProgress?: (text: string) => void;
}

/** How many objects were read, how many records of them and around them had changed, and what became of the other events. */
export interface Fetched {
  readonly fetched: number;
  readonly changed: number;
  readonly gone: number;
  readonly not_kept: number;
  /** Events whose object Stripe does not have yet, it seems. */
  readonly waiting: number;
}

/** An object, and the events that it is fetched for. */
interface Wanted {
  readonly resource: Resource;
  readonly id: string;
  readonly events: WaitingEvent[];
}

/** Events that are looked at together. */
const EVENTS_AT_ONCE = 1000;

/** An event can come before Stripe gives its object to everybody who asks; only after this long it counts as gone. */
const GONE_AFTER_MS = 10 * 60 * 1000;

/**
 * Reads every object that an event of the inbox is about from Stripe, once however many events are about it, and stores
 * what it is by now: so neither the order of events nor their repetition matters, and after a crash it is just read again.
 * Throws `Unavailable` where Stripe fails; what has not been read by then waits, and what failed waits behind it.
 */
export async function fetchObjects(options: FetchOptions): Promise<Fetched> {
  const done = { fetched: 0, changed: 0, gone: 0, not_kept: 0 };
  for (;;) {
    const events = await waitingEvents(options.operational, EVENTS_AT_ONCE);
    const { wanted, notKept } = await sortOut(events, options);
    done.not_kept += notKept;
    let waiting = 0;
    for (const one of wanted) {
      const outcome = await fetchOne(one, { ...options, stripe: options.stripe() });
      if (outcome === 'waiting') waiting += one.events.length;
      else if (outcome === 'gone') done.gone += one.events.length;
      else {
        done.changed += outcome;
        if (++done.fetched % 25 === 0) options.onProgress?.(`${done.fetched} objects fetched`);
      }
    }
    if (events.length < EVENTS_AT_ONCE || waiting === events.length) return { ...done, waiting };
  }
}

/** Settles the events whose object is not kept; of the others gives each object once. */
async function sortOut(
  events: readonly WaitingEvent[],
  { operational, clock }: Pick<FetchOptions, 'operational' | 'clock'>,
): Promise<{ wanted: readonly Wanted[]; notKept: number }> {
  const wanted = new Map<string, Wanted>();
  let notKept = 0;
  for (const event of events) {
    const subject = subjectOf(event);
    if ('reason' in subject) {
      await settle(operational, [event], { state: 'not_kept', reason: subject.reason, clock });
      notKept += 1;
      continue;
    }
    const key = `${subject.resource.object} ${subject.id}`;
    const known = wanted.get(key) ?? { ...subject, events: [] };
    known.events.push(event);
    wanted.set(key, known);
  }
  return { wanted: [...wanted.values()], notKept };
}

/** Gives how many records had changed, or what is the case where Stripe has no such object. */
async function fetchOne(
  wanted: Wanted,
  { stripe, ...options }: Omit<FetchOptions, 'stripe'> & { stripe: Stripe },
): Promise<number | 'gone' | 'waiting'> {
  const { operational, clock } = options;
  const { resource, id, events } = wanted;
  try {
    const pulled_at = instant(clock.now());
    const records = await readWithRelated(stripe, wanted);
    if (records) {
      const changed = await store(records, { ...options, pulled_at });
      await settle(operational, events, { state: 'fetched', reason: null, clock });
      return changed;
    }
    const reason = `Stripe has no ${resource.object} ${id}.`;
    const longAgo = clock.now() - GONE_AFTER_MS;
    if (events.some(({ received_at }) => Date.parse(received_at) > longAgo)) {
      await attemptFailed(operational, events, reason);
      return 'waiting';
    }
    await settle(operational, events, { state: 'gone', reason, clock });
    return 'gone';
  } catch (error) {
    await attemptFailed(operational, events, messageOf(error));
    throw error;
  }
}

/** Undefined where Stripe says that there is no such object. */
async function readWithRelated(stripe: Stripe, { resource, id }: Wanted): Promise<readonly KeptRecord[] | undefined> {
  let isRead = false;
  try {
    const record = (await resource.retrieve(stripe, id)) as KeptRecord;
    isRead = true;
    const records = new Map<string, KeptRecord>();
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

/** All of an object and what is around it, or nothing. */
async function store(
  records: readonly KeptRecord[],
  { warehouse, clock, pulled_at }: Pick<FetchOptions, 'warehouse' | 'clock'> & { pulled_at: string },
): Promise<number> {
  const byKind = Map.groupBy(records, ({ object }) => object);
  return warehouse.transaction(async (writer) => {
    let changed = 0;
    for (const [kind, some] of byKind) {
      const resource = present(
        RESOURCES.find(({ object }) => object === kind),
        `Stripe gave a ${kind}, which is not kept.`,
      );
      changed += await storeRecords(writer, resource, some, { pulled_at, clock });
    }
    return changed;
  });
}
