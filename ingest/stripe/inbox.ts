import type { Selectable } from 'kysely';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { StripeInboxTable } from '../../warehouse/operational/schema.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { STRIPE_QUERIES } from './queries.ts';
import type { ReceivedEvent } from './received-event.ts';
import { events } from './tables.ts';

/**
 * Stores an event before it is acknowledged. A repeated delivery changes nothing, even if its body differs. Throws
 * `Unavailable` if it cannot be stored: it must not be acknowledged then, and Stripe delivers it again.
 */
export async function storeEvent(
  db: Operational,
  { event, body, clock }: { event: ReceivedEvent; body: string; clock: Clock },
): Promise<void> {
  try {
    await db
      .insertInto('stripe_inbox')
      .values({ ...event, body, received_at: instant(clock.now()), state: 'waiting', attempt_count: 0 })
      .onConflict((conflict) => conflict.column('event_id').doNothing())
      .execute();
  } catch (cause) {
    throw new Unavailable(`The event ${event.event_id} could not be stored, so it is not acknowledged.`, { cause });
  }
}

/** The number of events per transaction of the warehouse. */
const EVENTS_PER_BATCH = 1000;

/**
 * Records every event in the warehouse once, including those whose object is not stored there. After a crash between the two
 * stores, events are read again and those already recorded are skipped. Returns the number of newly recorded events.
 */
export async function recordEvents({
  operational,
  warehouse,
  clock,
}: {
  operational: Operational;
  warehouse: Warehouse;
  clock: Clock;
}): Promise<number> {
  for (let recorded = 0; ; ) {
    const unrecorded = await operational
      .selectFrom('stripe_inbox')
      .select(['event_id', 'type', 'object_type', 'object_id', 'account_id_stripe', 'created_at', 'received_at'])
      .where('recorded_at', 'is', null)
      .orderBy('entry')
      .limit(EVENTS_PER_BATCH)
      .execute();
    if (unrecorded.length === 0) return recorded;
    recorded += await appendNew(
      warehouse,
      unrecorded.map(({ event_id, type, object_type, object_id, ...row }) => ({
        ...row,
        id_stripe: event_id,
        event_type_stripe: type,
        object_type_stripe: object_type,
        object_id_stripe: object_id,
      })),
    );
    await operational
      .updateTable('stripe_inbox')
      .set({ recorded_at: instant(clock.now()) })
      .where('event_id', 'in', idsOf(unrecorded))
      .execute();
  }
}

async function appendNew(warehouse: Warehouse, rows: readonly (ValueRow & { id_stripe: string })[]): Promise<number> {
  return warehouse.transaction(async (writer) => {
    const known = await writer.query<{ id_stripe: string }>(
      ...STRIPE_QUERIES.known_events(textList(rows.map(({ id_stripe }) => id_stripe))),
    );
    const ids = new Set(known.map(({ id_stripe }) => id_stripe));
    const unknown = rows.filter(({ id_stripe }) => !ids.has(id_stripe));
    await writer.append(events, unknown);
    return unknown.length;
  });
}

/** The columns of a waiting event that are needed to process it. */
export type WaitingEvent = Readonly<
  Pick<
    Selectable<StripeInboxTable>,
    'event_id' | 'type' | 'object_type' | 'object_id' | 'account_id_stripe' | 'received_at'
  >
>;

/** In the order of receipt; failed ones come after all others, so that none blocks the rest. */
export async function waitingEvents(db: Operational, limit: number): Promise<readonly WaitingEvent[]> {
  return db
    .selectFrom('stripe_inbox')
    .select(['event_id', 'type', 'object_type', 'object_id', 'account_id_stripe', 'received_at'])
    .where('state', '=', 'waiting')
    .orderBy('attempt_count')
    .orderBy('entry')
    .limit(limit)
    .execute();
}

/** Marks events as processed. Others about the same object that arrived in the meantime still wait: they may report later changes. */
export async function markProcessed(
  db: Operational,
  events: readonly WaitingEvent[],
  { clock, ...outcome }: { state: 'fetched' | 'deleted' | 'ignored'; reason: string | null; clock: Clock },
): Promise<void> {
  await db
    .updateTable('stripe_inbox')
    .set({ ...outcome, processed_at: instant(clock.now()) })
    .where('event_id', 'in', idsOf(events))
    .execute();
}

/** Records a failed attempt; the events continue to wait. */
export async function recordFailedAttempt(
  db: Operational,
  events: readonly WaitingEvent[],
  reason: string,
): Promise<void> {
  await db
    .updateTable('stripe_inbox')
    .set(({ eb }) => ({ attempt_count: eb('attempt_count', '+', 1), reason }))
    .where('event_id', 'in', idsOf(events))
    .execute();
}

const idsOf = (events: readonly { readonly event_id: string }[]): string[] => events.map(({ event_id }) => event_id);
