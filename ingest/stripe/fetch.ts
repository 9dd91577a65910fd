import type Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { markProcessed, recordFailedAttempt, type WaitingEvent, waitingEvents } from './inbox.ts';
import { type Wanted as Subject, subjectOf } from './subject.ts';

interface FetchOptions {
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
interface Wanted extends Subject {
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
    const known = wanted.get(subject.what) ?? { ...subject, events: [] };
    known.events.push(event);
    wanted.set(subject.what, known);
  }
  return { wanted: [...wanted.values()], ignored };
}

/** Returns the number of changed records, or the state of the events if Stripe has no such object. */
async function fetchOne(
  wanted: Wanted,
  { stripe, ...options }: Omit<FetchOptions, 'stripe'> & { stripe: Stripe },
): Promise<number | 'deleted' | 'waiting'> {
  const { operational, warehouse, clock } = options;
  const { what, events } = wanted;
  try {
    const pulled_at = instant(clock.now());
    const store = await wanted.read(stripe);
    if (store) {
      const changed = await warehouse.transaction((writer) => store(writer, { pulled_at, clock }));
      await markProcessed(operational, events, { state: 'fetched', reason: null, clock });
      return changed;
    }
    const reason = `Stripe has no ${what}.`;
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
