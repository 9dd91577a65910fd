import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordEvents } from '../../../ingest/stripe/inbox.ts';
import { pullStripe } from '../../../ingest/stripe/pull.ts';
import { pullConnected } from '../../../ingest/stripe/pull-connected.ts';
import { account } from '../../../ingest/stripe/resources.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { type Random, seeded } from '../../support/marketplace/prng.ts';
import { ADA, BEN, Story } from './story.ts';
import { openTestInbox, type TestInbox } from './test-inbox.ts';

const ACTS = 14;
const HOUR_MS = 3_600_000;

let world: TestInbox;
let openedAt: number;
beforeAll(async () => {
  world = await openTestInbox();
  openedAt = world.clock.now();
  for (const id of [ADA, BEN]) {
    world.stripe.account({ id, country: 'DE', transfers_enabled: true, payouts_enabled: true });
  }
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.clear());

const TABLES: Readonly<Record<string, string>> = {
  charge: 'charges',
  refund: 'refunds',
  dispute: 'disputes',
  transfer: 'transfers',
  transfer_reversal: 'transfer_reversals',
  payout: 'payouts',
  topup: 'topups',
  account: 'accounts',
  'connected payout': 'connected_payouts',
  'connected bank_account': 'external_accounts',
};

async function atStripe(kind: string, id: string): Promise<unknown> {
  const { client } = world;
  if (kind === 'charge') return client.charges.retrieve(id);
  if (kind === 'refund') return client.refunds.retrieve(id);
  if (kind === 'dispute') return client.disputes.retrieve(id);
  if (kind === 'transfer') return client.transfers.retrieve(id);
  if (kind === 'payout') return client.payouts.retrieve(id);
  if (kind === 'topup') return client.topups.retrieve(id);
  if (kind === 'account') return client.accounts.retrieve(id);
  if (kind === 'connected payout') return client.payouts.retrieve(id, {}, { stripeAccount: ADA });
  if (kind === 'connected bank_account') {
    const { data } = await client.accounts.listExternalAccounts(ADA, { limit: 100 });
    return data.find((each) => each.id === id);
  }
  const { data } = await client.balanceTransactions.list({ source: id, expand: ['data.source'] });
  return data[0]?.source;
}

/** Like in operation: a failed run is repeated later. */
async function fetchOrFail(): Promise<void> {
  await world.fetch().catch((error: unknown) => {
    if (!(error instanceof Unavailable)) throw error;
  });
}

/** Stripe's limit ends a run, too. */
async function fetchAll(): Promise<void> {
  for (let runs = 0; runs < 20; runs++) {
    await fetchOrFail();
    world.clock.advance(HOUR_MS);
  }
  await world.fetch();
}

/** Deliveries in random order, each once or more, some happenings as two events with ids of their own, with further changes and occasional failures of Stripe. */
async function deliver(story: Story, random: Random, { lost = 0 } = {}): Promise<Set<string>> {
  const waiting: object[] = [];
  const ids = new Set<string>();
  world.faults(() => (random.chance(0.05) ? 'error_uncommitted' : undefined));
  for (let acts = 0; acts < ACTS || waiting.length > 0; ) {
    world.clock.advance(random.between(0, 3 * HOUR_MS));
    if (acts < ACTS && random.chance(0.4)) {
      world.faults(() => undefined);
      for (const event of await story.act()) {
        if (lost > 0 && random.chance(lost)) continue;
        const twin = { ...event, id: `${(event as { id: string }).id}_twin` };
        for (const each of random.chance(0.2) ? [event, twin] : [event]) {
          ids.add((each as { id: string }).id);
          for (let times = random.between(1, 3); times > 0; times--) waiting.push(each);
        }
      }
      acts += 1;
      world.faults(() => (random.chance(0.05) ? 'error_uncommitted' : undefined));
    } else if (waiting.length > 0 && random.chance(0.7)) {
      await world.come(...waiting.splice(random.between(0, waiting.length - 1), 1));
    } else await fetchOrFail();
  }
  world.faults(() => undefined);
  return ids;
}

/** Whether everything in the story is stored as it is at Stripe, with all its balance transactions. */
async function expectStateOfStripe(story: Story): Promise<void> {
  for (const [kind, ids] of story.touched) {
    const stored = await world.latest(TABLES[kind] ?? '');
    for (const id of ids) {
      world.clock.advance(1000);
      expect(stored[id]).toEqual(await atStripe(kind, id));
    }
  }
  const movements = await world.latest('balance_transactions');
  for (const [kind, ids] of story.touched) {
    if (kind.startsWith('connected') || kind === 'account') continue;
    for (const id of ids) {
      world.clock.advance(1000);
      const { data } = await world.client.balanceTransactions.list({ source: id });
      // That its money has become available is no event.
      for (const { status, ...line } of data) expect(movements[line.id]).toMatchObject(line);
    }
  }
  if (!story.touched.has('transfer')) return;
  const { available } = await world.client.balance.retrieve({}, { stripeAccount: ADA });
  const [balance] = await world.warehouse.query(
    'select available_minor from stripe.connected_balances qualify row_number() over (order by pulled_at desc) = 1',
  );
  expect(balance?.available_minor).toBe(BigInt(available[0]?.amount ?? 0));
}

const SEEDS = Array.from({ length: 10 }, (_, nth) => 20_260_115 + nth);

test.each(SEEDS)(
  'any order of deliveries, with repetitions and failures, ends with the state of Stripe (seed %i)',
  async (seed) => {
    const story = new Story(seed, world);
    const delivered = await deliver(story, seeded(seed + 1_000_000));
    await recordEvents(world);
    await fetchAll();
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(['fetched']));
    await expectStateOfStripe(story);
    const recorded = await world.warehouse.query<{ id_stripe: string }>('select id_stripe from stripe.events');
    expect(recorded.map(({ id_stripe }) => id_stripe).sort()).toEqual([...delivered].sort());
  },
);

test.each([
  [SEEDS[0], 0.5],
  [SEEDS[1], 0.5],
  [SEEDS[2], 1],
])('lost deliveries are made up for by the pull (seed %i, %d of them lost)', async (seed = 0, lost) => {
  const story = new Story(seed + 100, world);
  const from = world.clock.now() - 1000;
  await deliver(story, seeded(seed), { lost });
  const { warehouse, clock, client: stripe } = world;
  const wait = async (ms: number): Promise<void> => clock.advance(ms);
  const window = { stripe, clock, wait, from, until: clock.now() + 1000 };
  await pullStripe(warehouse, window);
  await pullStripe(warehouse, { ...window, from: openedAt, resources: [account] });
  await pullConnected(warehouse, window);
  await expectStateOfStripe(story);
});
