import { sql } from 'kysely';
import type Stripe from 'stripe';
import { lastInstant } from '../../../ingest/load/warehouse-time.ts';
import { type Fetched, fetchObjects } from '../../../ingest/stripe/fetch.ts';
import { storeEvent } from '../../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent, parseThinEvent } from '../../../ingest/stripe/received-event.ts';
import { STRIPE_TABLES } from '../../../ingest/stripe/tables.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { stripeClient } from '../../support/stripe/client.ts';
import type { FaultScript, FaultyRequest } from '../../support/stripe/faults.ts';
import { type LocalStripe, STRIPE_LIMITS, startStripe } from '../../support/stripe/local-stripe.ts';
import { type ManualClock, manualClock } from '../../support/stripe/small-account.ts';
import { freshStore } from '../../warehouse/operational/fresh-store.ts';
import { rawWarehouse } from '../load/receipts.ts';
import { fundBalance } from './test-pull.ts';

/** An inbox with its two stores and a local Stripe. */
export interface TestInbox extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly stripe: LocalStripe;
  readonly client: Stripe;
  readonly operational: Operational;
  readonly warehouse: Warehouse;
  /** The requests to Stripe since the last call. */
  requests(): string[];
  /** Sets the faults of the local Stripe. */
  faults(script: FaultScript): void;
  /** Delivers verified events in this order; the clock stands still. */
  come(...events: readonly object[]): Promise<void>;
  fetch(): Promise<Fetched>;
  /** The state of each event, with its reason, by its id. */
  states(): Promise<Record<string, string>>;
  /** The latest stored state of each record of a table, by its id. */
  latest(table: string): Promise<Record<string, unknown>>;
  /** Empties the inbox and the warehouse. */
  clear(): Promise<void>;
}

export async function openTestInbox(): Promise<TestInbox> {
  const clock = manualClock();
  let script: FaultScript = () => undefined;
  const seen: FaultyRequest[] = [];
  const faults: FaultScript = (request) => {
    seen.push(request);
    return script(request);
  };
  const stripe = await startStripe({ clock, apiKey: 'sk_test_local', faults, ...STRIPE_LIMITS });
  fundBalance(stripe);
  const client = stripeClient(stripe);
  const store = await freshStore();
  const { operational } = store;
  const warehouse = await rawWarehouse([...STRIPE_TABLES, lastInstant]);
  return {
    clock,
    stripe,
    client,
    operational,
    warehouse,
    requests: () => seen.splice(0).map(({ path }) => path),
    faults(next) {
      script = next;
    },
    async come(...events) {
      for (const event of events) {
        const received = 'data' in event ? parseSnapshotEvent(event as Stripe.Event) : parseThinEvent(event as never);
        await storeEvent(operational, { event: received, body: JSON.stringify(event), clock });
      }
    },
    fetch: () => fetchObjects({ operational, warehouse, clock, stripe: () => client }),
    async states() {
      const rows = await operational.selectFrom('stripe_inbox').selectAll().orderBy('entry').execute();
      return Object.fromEntries(
        rows.map(({ event_id, state, reason }) => [event_id, reason ? `${state}: ${reason}` : state]),
      );
    },
    async latest(table) {
      const rows = await warehouse.query<{ id_stripe: string; object_stripe: string }>(
        `select id_stripe, object_stripe from stripe.${table}
         qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1 order by id_stripe`,
      );
      return Object.fromEntries(rows.map((row) => [row.id_stripe, JSON.parse(row.object_stripe)]));
    },
    async clear() {
      await sql`truncate stripe_inbox`.execute(operational);
      await warehouse.transaction(async (writer) => {
        for (const { name } of STRIPE_TABLES) await writer.query(`delete from ${name}`);
      });
      seen.length = 0;
    },
    async [Symbol.asyncDispose]() {
      await warehouse.close();
      await store[Symbol.asyncDispose]();
      await stripe.stop();
    },
  };
}
