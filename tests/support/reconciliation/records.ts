import type Stripe from 'stripe';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { pullStripe } from '../../../ingest/stripe/pull.ts';
import { pullBalance } from '../../../ingest/stripe/pull-balance.ts';
import { type Clock, DAY_MS } from '../../../warehouse/clock.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import type { Reported } from './events.ts';

/** Stores events as the loader does, recorded at the instant `at`. */
export async function storeEvents(writer: WarehouseWriter, at: string, events: readonly Reported[]): Promise<void> {
  for (const [index, { table, row }] of events.entries()) {
    const shape = requirePresent(
      RAW_TABLES.find(({ name }) => name === `raw.${table}`),
      `There is an event with the table raw.${table}.`,
    );
    const nothing = Object.fromEntries(shape.columns.map(({ name }) => [name, null]));
    const columns = shape.columns.map((column) => ({ ...column, optional: true }));
    await writer.append({ ...shape, columns }, [{ ...nothing, id: `${at} ${table} ${index}`, loaded_at: at, ...row }]);
  }
}

interface Pulling {
  readonly warehouse: Warehouse;
  readonly stripe: Stripe;
  readonly clock: Clock;
}

/** Pulls all of Stripe's records through the client, and the balance. */
export async function pullAll({ warehouse, stripe, clock }: Pulling): Promise<void> {
  const now = clock.now();
  await pullStripe(warehouse, { stripe, clock, from: now - 70 * DAY_MS, until: now });
  const balance = await pullBalance(warehouse, { stripe, clock, since: now });
  invariant('stored' in balance && balance.stored > 0, 'The balance must be stored.');
}
