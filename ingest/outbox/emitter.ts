import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import type { Selectable } from 'kysely';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { OutboxTable } from '../../warehouse/operational/schema.ts';
import { CATALOGUE } from '../events/catalogue.ts';

/** An event to send: any name and properties, since it is checked against the catalogue when it is enqueued and when it is loaded. */
export interface OutgoingEvent {
  readonly event: string;
  readonly messageId: string;
  readonly userId: string;
  readonly occurredAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Called with the ids of acknowledged events; resolves when they are recorded. */
export type Acknowledged = (messageIds: readonly string[]) => Promise<void>;

export interface Emitter {
  /**
   * Sends events in order, one request at a time, and reports acknowledged events before the next request. Throws
   * `Unavailable` if some were not acknowledged; these may have arrived nevertheless.
   */
  send(events: readonly OutgoingEvent[], acknowledged?: Acknowledged): Promise<void>;
  /** Aborts the running request as not acknowledged, and sends nothing more. */
  close(): void;
}

interface EmitterOptions {
  readonly dataPlaneUrl: string;
  readonly writeKey: string;
  /** The timeout of a request including its retries. */
  readonly timeoutMs?: number;
}

/** Events per request of the SDK. The SDK measures its whole queue for every event, so the queue must be short. */
const BATCH = 20;

/** The RudderStack SDK, extended to report when events have arrived. */
export function openEmitter({ dataPlaneUrl, writeKey, timeoutMs = 20_000 }: EmitterOptions): Emitter {
  const end = new AbortController();
  const sdk = new RudderAnalytics(writeKey, {
    dataPlaneUrl,
    flushAt: BATCH,
    // Without a timeout the SDK waits forever for a data plane that accepts a request and never responds.
    axiosConfig: { timeout: timeoutMs, signal: end.signal },
    logLevel: 'none',
    // Without a handler, a failed request of the SDK ends the process; the callbacks below report it.
    errorHandler: () => undefined,
  });
  // The SDK sends its very first event alone. So do we; otherwise later events could arrive although the first one did not.
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
        if (failed)
          throw new Unavailable(`The events could not be sent to the data plane: ${messageOf(failed.reason)}`);
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
          // The SDK sends `messageId` and passes an error to the callback, although its types declare neither.
          const message = { ...event, timestamp: new Date(event.occurredAt), occurredAt: undefined };
          const callback = (error?: Error): void => (error ? reject(error) : resolve());
          sdk.track(message as unknown as Parameters<RudderAnalytics['track']>[0], callback);
        }),
    ),
  );
  await sdk.flush().catch(() => undefined);
  return outcomes;
}

interface RelayOptions {
  readonly emitter: Emitter;
  readonly now: () => string;
}

/** The latest relay of each store in this process. */
const relays = new WeakMap<Operational, Promise<unknown>>();

/**
 * Sends the pending events of the outbox, oldest first, and marks each once it is acknowledged; returns the number sent. An
 * event that was not marked because of an error or a crash is sent again under the same message id, and the loader drops the
 * duplicate. Relays of one process run one after the other.
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
 * Like `relayOutbox`, for shutdown: it ends after `withinMs` at the latest and closes the emitter. Events that are then still
 * pending are sent after the next start.
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
    invariant(sent === before + waiting.length, 'The emitter has finished without reporting every event.');
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
  return requirePresent(
    CATALOGUE.find(({ name }) => name === event),
    `The event ${event} in the outbox is not in the catalogue.`,
  );
}

function subjectOf(event: string, properties: Readonly<Record<string, string>>): string {
  const { subject } = declarationOf(event);
  return requirePresent(properties[subject], `The event ${event} in the outbox lacks ${subject}.`);
}
