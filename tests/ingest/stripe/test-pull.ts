import type Stripe from 'stripe';
import { lastInstant } from '../../../ingest/load/warehouse-time.ts';
import { type Pulled, type PullOptions, pullStripe } from '../../../ingest/stripe/pull.ts';
import { STRIPE_TABLES } from '../../../ingest/stripe/tables.ts';
import type { Value, Warehouse } from '../../../warehouse/warehouse.ts';
import { stripeClient } from '../../support/stripe/client.ts';
import type { FaultScript } from '../../support/stripe/faults.ts';
import { type LocalStripe, STRIPE_LIMITS, startStripe } from '../../support/stripe/local-stripe.ts';
import { type ManualClock, manualClock } from '../../support/stripe/small-account.ts';
import { rawWarehouse } from '../load/receipts.ts';

/** The initial time. */
export const NOW = Date.UTC(2026, 0, 15, 12);
export const DAY_MS = 86_400_000;

/** A warehouse that is filled from a local Stripe through the real client. */
export interface TestPull extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly world: LocalStripe;
  readonly stripe: Stripe;
  readonly warehouse: Warehouse;
  /** The requests to Stripe so far: `charges 2026-01-14T12:00:00Z`, with `after ch_1` on the next page. */
  readonly requests: string[];
  /** The waits for Stripe so far. */
  readonly waits_ms: number[];
  /** Sets the faults of the local Stripe. */
  faults(script: FaultScript): void;
  pull(options?: Partial<PullOptions>): Promise<Pulled>;
  charge(id: string, created_at_ms?: number, amount_minor?: bigint): void;
  column(sql: string): Promise<(Value | undefined)[]>;
}

export async function openTestPull(): Promise<TestPull> {
  const clock = manualClock();
  let script: FaultScript = () => undefined;
  const requests: string[] = [];
  const world = await startStripe({
    clock,
    apiKey: 'sk_test_local',
    ...STRIPE_LIMITS,
    faults: (request) => {
      if (request.method === 'GET') requests.push(asText(request));
      return script(request);
    },
  });
  world.account({
    id: 'acct_ada',
    country: 'DE',
    transfers_enabled: true,
    payouts_enabled: true,
    created_at_ms: NOW - 365 * DAY_MS,
  });
  const warehouse = await rawWarehouse([...STRIPE_TABLES, lastInstant]);
  const stripe = stripeClient(world);
  const waits_ms: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    waits_ms.push(ms);
    clock.advance(ms);
  };
  return {
    clock,
    world,
    stripe,
    warehouse,
    requests,
    waits_ms,
    faults(next) {
      script = next;
    },
    pull: (options) =>
      pullStripe(warehouse, { stripe, clock, wait, from: NOW - DAY_MS, until: NOW + 1000, ...options }),
    charge: (id, created_at_ms = NOW - 5000, amount_minor = 1000_00n) =>
      world.charge({ id, amount_minor, currency: 'usd', created_at_ms }),
    column: async (sql) => (await warehouse.query(sql)).map((row) => Object.values(row)[0]),
    async [Symbol.asyncDispose]() {
      await warehouse.close();
      await world.stop();
    },
  };
}

/** What is available at once, from long ago: the money of charges is pending for days. */
export function fundBalance(world: LocalStripe): void {
  world.topup({ id: 'tu_funds', amount_minor: 1_000_000_00, currency: 'usd', created_at_ms: NOW - 500 * DAY_MS });
}

function asText({ path, query }: { path: string; query: string }): string {
  const parameters = new URLSearchParams(query);
  const what = parameters.get('type') ?? path.replace('/v1/', '');
  const since = parameters.get('created[gte]');
  const cursor = parameters.get('starting_after');
  const from = since === null ? '' : ` ${new Date(Number(since) * 1000).toISOString().replace('.000', '')}`;
  return `${what}${from}${cursor === null ? '' : ` after ${cursor}`}`;
}
