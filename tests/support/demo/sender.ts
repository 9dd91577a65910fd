import { type OutgoingEvent, openEmitter } from '../../../ingest/outbox/emitter.ts';
import { instant } from '../../../warehouse/clock.ts';
import { type Act, applyStripeAct, type EventAct, type StripeWorld } from '../marketplace/acts.ts';

/** The most producers that send concurrently, as the services of a marketplace do. */
const PRODUCERS = 4;
/** The fewest events for which there is one more producer: those of a small month arrive in the same order in every run. */
const EVENTS_PER_PRODUCER = 5000;
const BATCH_SIZE = 400;

interface MonthOptions {
  readonly acts: readonly Act[];
  readonly url: string;
  readonly writeKey: string;
  readonly stripe: StripeWorld;
  readonly progress: (text: string) => void;
}

/** Creates the month's records in the local Stripe and sends its events to the gateway with the real SDK. Returns both counts. */
export async function sendMonth({
  acts,
  url,
  writeKey,
  stripe,
  progress,
}: MonthOptions): Promise<{ events: number; accepted: number }> {
  for (const act of acts) if (act.kind === 'stripe') applyStripeAct(stripe, act);
  const events = acts.filter((act) => act.kind === 'event');
  const producers = Math.min(PRODUCERS, Math.ceil(events.length / EVENTS_PER_PRODUCER));
  const emitters = Array.from({ length: producers }, () => openEmitter({ dataPlaneUrl: url, writeKey }));
  let accepted = 0;
  let next = 0;
  const produce = async (emitter: (typeof emitters)[number]): Promise<void> => {
    while (next < events.length) {
      const batch = events.slice(next, next + BATCH_SIZE);
      next += BATCH_SIZE;
      await emitter.send(batch.map(outgoing));
      accepted += batch.length;
      progress(`${accepted} of ${events.length} events`);
    }
  };
  await Promise.all(emitters.map(produce));
  return { events: events.length, accepted };
}

function outgoing({ event, message_id, user_id, occurred_at_ms, properties }: EventAct): OutgoingEvent {
  return { event, messageId: message_id, userId: user_id, occurredAt: instant(occurred_at_ms), properties };
}
