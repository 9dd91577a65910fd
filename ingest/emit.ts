import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { present } from '../warehouse/check.ts';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import type { Operational } from '../warehouse/operational/operational.ts';
import { CATALOGUE } from './catalogue.ts';

/** An event on its way: any name and properties, for the catalogue is checked when it is made and when it is loaded. */
export interface OutgoingEvent {
  readonly event: string;
  readonly messageId: string;
  readonly userId: string;
  readonly occurredAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Emitter {
  /** Sends events in order, in batches of the SDK; resolves when the data plane has acknowledged all of them. */
  send(events: readonly OutgoingEvent[]): Promise<void>;
}

export interface EmitterOptions {
  readonly dataPlaneUrl: string;
  readonly writeKey: string;
}

/** Events in one request of the SDK; it keeps its queue short, because it measures the whole queue for every event. */
const BATCH = 20;

const TIMEOUT_MS = 20_000;

/** The RudderStack SDK, made to say when events have arrived. Throws `Unavailable` where they have not. */
export function openEmitter({ dataPlaneUrl, writeKey }: EmitterOptions): Emitter {
  const sdk = new RudderAnalytics(writeKey, {
    dataPlaneUrl,
    flushAt: BATCH,
    // Without it the SDK waits for ever on a data plane that takes a request and never answers.
    axiosConfig: { timeout: TIMEOUT_MS },
    logLevel: 'none',
    // Without a handler the SDK lets a failed request end the process; the callbacks below tell of it.
    errorHandler: () => undefined,
  });
  return {
    async send(events) {
      for (let from = 0; from < events.length; from += BATCH) await sendBatch(sdk, events.slice(from, from + BATCH));
    },
  };
}

async function sendBatch(sdk: RudderAnalytics, events: readonly OutgoingEvent[]): Promise<void> {
  const acknowledged = events.map(
    (event) =>
      new Promise<void>((resolve, reject) => {
        // The SDK passes `messageId` on and gives the callback an error, though its types say neither.
        const message = { ...event, timestamp: new Date(event.occurredAt), occurredAt: undefined };
        const callback = (error?: Error): void =>
          error ? reject(new Unavailable(`The data plane did not take the events: ${messageOf(error)}`)) : resolve();
        sdk.track(message as unknown as Parameters<RudderAnalytics['track']>[0], callback);
      }),
  );
  await Promise.all([sdk.flush().catch(() => undefined), ...acknowledged]);
}

/**
 * Sends what waits in the outbox, oldest first, and marks it once it is acknowledged; gives the number sent. After a crash
 * in between it is sent again under the same message id, which the loader knows.
 */
export async function relayOutbox(
  db: Operational,
  { emitter, now }: { emitter: Emitter; now: () => string },
): Promise<number> {
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
    await emitter.send(
      waiting.map((row) => {
        const properties = row.properties as Record<string, string>;
        return {
          event: row.event,
          messageId: row.message_id,
          userId: subjectOf(row.event, properties),
          occurredAt: row.occurred_at,
          properties: { event_version: declarationOf(row.event).version, ...properties },
        };
      }),
    );
    await db
      .updateTable('outbox')
      .set({ sent_at: now() })
      .where(
        'entry',
        'in',
        waiting.map((row) => row.entry),
      )
      .execute();
    sent += waiting.length;
  }
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
