import type { Kysely, Transaction } from 'kysely';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { Column } from '../../warehouse/vocabulary/fields.ts';
import type { EventDeclaration, PropertiesOf } from '../events/event.ts';

/** An event of the catalogue with its properties, typed. */
interface TypedEvent<C extends Column> {
  readonly declaration: EventDeclaration<C>;
  readonly properties: PropertiesOf<C>;
  /** The message id, derived from what the event reports, so that a duplicate report is not a second event. */
  readonly messageId: string;
  /** When it happened: a UTC instant. */
  readonly occurredAt: string;
}

/**
 * Writes one of our own events into the outbox, in the transaction of the change that it reports: both are stored or
 * neither. `relayOutbox` sends it.
 */
export async function enqueueEvent<C extends Column>(
  db: Kysely<OperationalTables> | Transaction<OperationalTables>,
  event: TypedEvent<C>,
): Promise<void> {
  await enqueueEvents(db, [event]);
}

/** Like `enqueueEvent`, for several events, at least one, in one statement. */
export async function enqueueEvents<C extends Column>(
  db: Kysely<OperationalTables> | Transaction<OperationalTables>,
  events: readonly TypedEvent<C>[],
): Promise<void> {
  await db
    .insertInto('outbox')
    .values(
      events.map((event) => ({
        message_id: event.messageId,
        event: event.declaration.name,
        properties: JSON.stringify(event.properties),
        occurred_at: event.occurredAt,
      })),
    )
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute();
}
