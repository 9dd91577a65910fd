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
 * Keeps an event before it is answered. One that was delivered before changes nothing, whatever its body says by now.
 * Throws `Unavailable` where it cannot be kept: then it must not be acknowledged, and Stripe delivers it again.
 */
export async function keepEvent(
  db: Operational,
  { event, body, clock }: { event: ReceivedEvent; body: string; clock: Clock },
): Promise<void> {
  try {
    await db
      .insertInto('stripe_inbox')
      .values({ ...event, body, received_at: instant(clock.now()), state: 'waiting', attempts: 0 })
      .onConflict((conflict) => conflict.column('event_id').doNothing())
      .execute();
  } catch (cause) {
    throw new Unavailable(`The event ${event.event_id} could not be kept, so it is not acknowledged.`, { cause });
  }
}

/** Events that are written into the warehouse together. */
const RECORDED_AT_ONCE = 1000;

/**
 * Tells the warehouse of every event once, also of those whose object is not kept there. A crash between the two stores
 * has it told again, which the warehouse knows. Gives how many it did not know.
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
      .limit(RECORDED_AT_ONCE)
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

/** What waits to be looked after, as far as that needs to be known. */
export type WaitingEvent = Readonly<
  Pick<Selectable<StripeInboxTable>, 'event_id' | 'object_type' | 'object_id' | 'account_id_stripe' | 'received_at'>
>;

/** In the order of receipt; those that were tried in vain come after those that were not, so that none stands in the way of all. */
export async function waitingEvents(db: Operational, limit: number): Promise<readonly WaitingEvent[]> {
  return db
    .selectFrom('stripe_inbox')
    .select(['event_id', 'object_type', 'object_id', 'account_id_stripe', 'received_at'])
    .where('state', '=', 'waiting')
    .orderBy('attempts')
    .orderBy('entry')
    .limit(limit)
    .execute();
}

/** The end of events. Others about the same object, which came meanwhile, still wait: what they tell of may be later. */
export async function settle(
  db: Operational,
  events: readonly WaitingEvent[],
  { clock, ...end }: { state: 'fetched' | 'gone' | 'not_kept'; reason: string | null; clock: Clock },
): Promise<void> {
  await db
    .updateTable('stripe_inbox')
    .set({ ...end, settled_at: instant(clock.now()) })
    .where('event_id', 'in', idsOf(events))
    .execute();
}

/** They go on waiting. */
export async function attemptFailed(db: Operational, events: readonly WaitingEvent[], reason: string): Promise<void> {
  await db
    .updateTable('stripe_inbox')
    .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), reason }))
    .where('event_id', 'in', idsOf(events))
    .execute();
}

const idsOf = (events: readonly { readonly event_id: string }[]): string[] => events.map(({ event_id }) => event_id);
