import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import type { Selectable } from 'kysely';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { invariant, present } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { OutboxTable } from '../../warehouse/operational/schema.ts';
import { CATALOGUE } from '../events/catalogue.ts';

/** An event on its way: any name and properties, for the catalogue is checked when it is made and when it is loaded. */
export interface OutgoingEvent {
  readonly event: string;
  readonly messageId: string;
  readonly userId: string;
  readonly occurredAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Hears of events that have arrived, and resolves when it has noted them. */
export type Acknowledged = (messageIds: readonly string[]) => Promise<void>;

export interface Emitter {
  /**
   * Sends events in order, one request after the other, and tells of those that the data plane has acknowledged before it
   * sends on. Throws `Unavailable` where some were not; these may have arrived all the same.
   */
  send(events: readonly OutgoingEvent[], acknowledged?: Acknowledged): Promise<void>;
  /** Gives up what is under way, as not acknowledged; nothing is sent from here on. */
  close(): void;
}

export interface EmitterOptions {
  readonly dataPlaneUrl: string;
  readonly writeKey: string;
  /** How long a request may take with all its repetitions. */
  readonly timeoutMs?: number;
}

/** Events in one request of the SDK; it keeps its queue short, because it measures the whole queue for every event. */
const BATCH = 20;

/** The RudderStack SDK, made to say when events have arrived. */
export function openEmitter({ dataPlaneUrl, writeKey, timeoutMs = 20_000 }: EmitterOptions): Emitter {
  const end = new AbortController();
  const sdk = new RudderAnalytics(writeKey, {
    dataPlaneUrl,
    flushAt: BATCH,
    // Without a timeout the SDK waits for ever on a data plane that takes a request and never answers.
    axiosConfig: { timeout: timeoutMs, signal: end.signal },
    logLevel: 'none',
    // Without a handler the SDK lets a failed request end the process; the callbacks below tell of it.
    errorHandler: () => undefined,
  });
  // The SDK sends the first event of its life alone: so do we, or the others could arrive although the first one did not.
  let size = 1;
  return {
    async send(events, acknowledged = async () => undefined) {
      for (let from = 0, to = size; from < events.length; from = to, to += BATCH) {
        const batch = events.slice(from, to);
        size = BATCH;
        const outcomes = await sendBatch(sdk, batch);
        const arrived = batch.filter((_, index) => outcomes[index]?.status === 'fulfilled');
        if (arrived.length > 0) await acknowledged(arrived.map(({ messageId }) => messageId));
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed) throw new Unavailable(`The data plane did not take the events: ${messageOf(failed.reason)}`);
      }
    },
    close: () => end.abort(),
  };
}

async function sendBatch(
  sdk: RudderAnalytics,
  events: readonly OutgoingEvent[],
): Promise<readonly PromiseSettledResult<void>[]> {
  const outcomes = Promise.allSettled(
    events.map(
      (event) =>
        new Promise<void>((resolve, reject) => {
          // The SDK passes `messageId` on and gives the callback an error, though its types say neither.
          const message = { ...event, timestamp: new Date(event.occurredAt), occurredAt: undefined };
          const callback = (error?: Error): void => (error ? reject(error) : resolve());
          sdk.track(message as unknown as Parameters<RudderAnalytics['track']>[0], callback);
        }),
    ),
  );
  await sdk.flush().catch(() => undefined);
  return outcomes;
}

export interface RelayOptions {
  readonly emitter: Emitter;
  readonly now: () => string;
}

/** The last relay of each store that began in this process. */
const relays = new WeakMap<Operational, Promise<unknown>>();

/**
 * Sends what waits in the outbox, oldest first, and marks each event once it is acknowledged; gives the number sent. What
 * was not marked, because of an error or a crash, is sent again under the same message id, which the loader knows. Relays
 * of one process take turns, so that none sends what another is sending.
 */
export function relayOutbox(db: Operational, options: RelayOptions): Promise<number> {
  const relay = (relays.get(db) ?? Promise.resolve()).then(() => relayWaiting(db, options));
  relays.set(
    db,
    relay.catch(() => undefined),
  );
  return relay;
}

/**
 * As `relayOutbox`, but the last time: whatever happens it is over after `withinMs`, and the emitter is closed. What waits
 * then stays for the next start.
 */
export async function relayLastTime(
  db: Operational,
  { withinMs, ...options }: RelayOptions & { readonly withinMs: number },
): Promise<number> {
  const late = setTimeout(() => options.emitter.close(), withinMs);
  try {
    return await relayOutbox(db, options);
  } finally {
    clearTimeout(late);
    options.emitter.close();
  }
}

async function relayWaiting(db: Operational, { emitter, now }: RelayOptions): Promise<number> {
  let sent = 0;
  for (;;) {
    const waiting = await db
      .selectFrom('outbox')
      .selectAll()
      .where('sent_at', 'is', null)
      .orderBy('entry')
      .limit(500)
      .execute();
    if (waiting.length === 0) return sent;
    const before = sent;
    await emitter.send(waiting.map(outgoing), async (messageIds) => {
      await db.updateTable('outbox').set({ sent_at: now() }).where('message_id', 'in', messageIds).execute();
      sent += messageIds.length;
    });
    invariant(sent === before + waiting.length, 'The emitter is done, but has not told of every event.');
  }
}

function outgoing(
  row: Pick<Selectable<OutboxTable>, 'message_id' | 'event' | 'properties' | 'occurred_at'>,
): OutgoingEvent {
  const properties = row.properties as Record<string, string>;
  return {
    event: row.event,
    messageId: row.message_id,
    userId: subjectOf(row.event, properties),
    occurredAt: row.occurred_at,
    properties: { event_version: declarationOf(row.event).version, ...properties },
  };
}

function declarationOf(event: string): (typeof CATALOGUE)[number] {
  return present(
    CATALOGUE.find(({ name }) => name === event),
    `The event ${event} in the outbox is not in the catalogue.`,
  );
}

function subjectOf(event: string, properties: Readonly<Record<string, string>>): string {
  const { subject } = declarationOf(event);
  return present(properties[subject], `The event ${event} in the outbox lacks ${subject}.`);
}
