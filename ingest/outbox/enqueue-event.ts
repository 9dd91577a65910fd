import type { Kysely, Transaction } from 'kysely';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { Column } from '../../warehouse/vocabulary/fields.ts';
import type { EventDeclaration, PropertiesOf } from '../events/event.ts';

/** An event of the catalogue with its properties, typed. */
export interface TypedEvent<C extends Column> {
  readonly declaration: EventDeclaration<C>;
  readonly properties: PropertiesOf<C>;
  /** Its own id, derived from what it tells, so that telling it again is no second event. */
  readonly messageId: string;
  /** When it happened: a UTC instant. */
  readonly occurredAt: string;
}

/**
 * Writes an event of our own into the outbox, in the transaction of the change that it tells of: either both are there or
 * neither. The relay sends it on.
 */
export async function enqueueEvent<C extends Column>(
  db: Kysely<OperationalTables> | Transaction<OperationalTables>,
  event: TypedEvent<C>,
): Promise<void> {
  await db
    .insertInto('outbox')
    .values({
      message_id: event.messageId,
      event: event.declaration.name,
      properties: JSON.stringify(event.properties),
      occurred_at: event.occurredAt,
    })
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute();
}
