import type Stripe from 'stripe';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { pullStripe } from '../../../ingest/stripe/pull.ts';
import { pullBalance } from '../../../ingest/stripe/pull-balance.ts';
import { pullPayoutTransactions } from '../../../ingest/stripe/pull-payout-transactions.ts';
import type { Wait } from '../../../ingest/stripe/retry.ts';
import { type Clock, DAY_MS } from '../../../warehouse/clock.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import type { Reported } from './events.ts';

/** Stores events as the loader does, recorded at the instant `at`. */
export async function storeEvents(writer: WarehouseWriter, at: string, events: readonly Reported[]): Promise<void> {
  const stored = events.map((event, index) => ({ ...event, id: `${at} ${event.table} ${index}` }));
  for (const [table, some] of Map.groupBy(stored, (event) => event.table)) {
    const shape = requirePresent(
      RAW_TABLES.find(({ name }) => name === `raw.${table}`),
      `There is an event with the table raw.${table}.`,
    );
    const nothing = Object.fromEntries(shape.columns.map(({ name }) => [name, null]));
    const columns = shape.columns.map((column) => ({ ...column, optional: true }));
    const rows = some.map(({ id, row }) => ({ ...nothing, id, loaded_at: at, ...row }));
    await writer.append({ ...shape, columns }, rows);
  }
}

interface Pulling {
  readonly warehouse: Warehouse;
  readonly stripe: Stripe;
  readonly clock: Clock;
  readonly wait: Wait;
}

/** Pulls all of Stripe's records through the client, the balance, and what automatic payouts carried. */
export async function pullAll({ warehouse, ...reading }: Pulling): Promise<void> {
  const now = reading.clock.now();
  const from = now - 70 * DAY_MS;
  await pullStripe(warehouse, { ...reading, from, until: now });
  await pullPayoutTransactions(warehouse, { ...reading, from });
  const balance = await pullBalance(warehouse, { ...reading, since: now });
  invariant('stored' in balance && balance.stored > 0, 'The balance must be stored.');
}
