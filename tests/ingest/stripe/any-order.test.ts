import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordEvents } from '../../../ingest/stripe/inbox.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { type Random, seeded } from '../../support/marketplace/prng.ts';
import { eventAbout } from '../../support/stripe/webhooks.ts';
import { openTestInbox, type TestInbox } from './test-inbox.ts';

const ACTS = 12;
const HOUR_MS = 3_600_000;

let world: TestInbox;
beforeAll(async () => {
  world = await openTestInbox();
  world.stripe.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.clear());

/** A sequence of changes at Stripe, each with the events that Stripe creates for it, with the state at that time. */
class Story {
  /** The ids of every kind in the story. */
  readonly touched = new Map<string, Set<string>>();
  readonly #random: Random;
  readonly #seed: number;
  #charges: string[] = [];
  #disputes: string[] = [];
  #transfers: string[] = [];
  #payouts: string[] = [];
  #nth = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#seed = seed;
  }

  async act(): Promise<object[]> {
    const id = `${this.#seed}_${++this.#nth}`;
    const created_at_ms = world.clock.now();
    const acts = [
      () => this.#charge(`ch_${id}`),
      () => {
        const charge = this.#random.pick(this.#charges);
        world.stripe.refund({ id: `re_${id}`, charge, amount_minor: 1_00n, created_at_ms });
        const both = [
          this.#event('charge.refunded', 'charge', charge),
          this.#event('refund.created', 'refund', `re_${id}`),
        ];
        // An endpoint may be subscribed to one kind only.
        return this.#random.chance(0.5) ? both : [this.#random.pick(both)];
      },
      () => {
        const charge = this.#random.pick(this.#charges);
        const dispute = { id: `dp_${id}`, charge, amount_minor: 5_00n, created_at_ms };
        world.stripe.dispute({ ...dispute, status: 'needs_response' });
        this.#disputes.push(dispute.id);
        this.#touch('charge', charge);
        return [this.#event('charge.dispute.created', 'dispute', dispute.id)];
      },
      () => {
        const dispute = this.#disputes.pop();
        if (dispute === undefined) return this.#charge(`ch_${id}`);
        world.stripe.closeDispute({ id: dispute, won: this.#random.chance(0.5), at_ms: created_at_ms });
        return [this.#event('charge.dispute.closed', 'dispute', dispute)];
      },
      async () => {
        const parameters = { amount: 10_00, currency: 'usd', destination: 'acct_ada' };
        const transfer = await world.client.transfers.create(parameters);
        this.#transfers.push(transfer.id);
        return [this.#event('transfer.created', 'transfer', transfer.id)];
      },
      async () => {
        const transfer = this.#transfers.pop();
        if (transfer === undefined) return this.#charge(`ch_${id}`);
        const reversal = await world.client.transfers.createReversal(transfer, { amount: 4_00 });
        this.#touch('transfer_reversal', reversal.id);
        return [this.#event('transfer.reversed', 'transfer', transfer)];
      },
      () => {
        world.stripe.payout({ id: `po_${id}`, amount_minor: 1_00n, currency: 'usd', created_at_ms, automatic: true });
        this.#payouts.push(`po_${id}`);
        return [this.#event('payout.created', 'payout', `po_${id}`)];
      },
      () => {
        const payout = this.#payouts.pop();
        if (payout === undefined) return this.#charge(`ch_${id}`);
        const status = this.#random.chance(0.5) ? 'paid' : 'failed';
        world.stripe.endPayout({ id: payout, status, at_ms: created_at_ms });
        return [this.#event(`payout.${status}`, 'payout', payout)];
      },
    ];
    return this.#charges.length < 2 ? this.#charge(`ch_${id}`) : this.#random.pick(acts)();
  }

  #charge(id: string): object[] {
    world.stripe.charge({ id, amount_minor: 100_00n, currency: 'usd', created_at_ms: world.clock.now() });
    this.#charges.push(id);
    return [this.#event('charge.succeeded', 'charge', id)];
  }

  /** The body is wrong on purpose, so that any computation from it would be detected. */
  #event(type: string, object: string, id: string): object {
    this.#touch(object, id);
    const nonsense = { id, object, amount: this.#nth, status: 'nonsense' };
    return eventAbout(type, nonsense, {
      id: `evt_${this.#seed}_${this.#nth}_${type}`,
      created_at_ms: world.clock.now(),
    });
  }

  #touch(kind: string, id: string): void {
    this.touched.set(kind, (this.touched.get(kind) ?? new Set()).add(id));
  }
}

const TABLES: Readonly<Record<string, string>> = {
  charge: 'charges',
  refund: 'refunds',
  dispute: 'disputes',
  transfer: 'transfers',
  transfer_reversal: 'transfer_reversals',
  payout: 'payouts',
};

async function atStripe(kind: string, id: string): Promise<unknown> {
  const { client } = world;
  if (kind === 'charge') return client.charges.retrieve(id);
  if (kind === 'refund') return client.refunds.retrieve(id);
  if (kind === 'dispute') return client.disputes.retrieve(id);
  if (kind === 'transfer') return client.transfers.retrieve(id);
  if (kind === 'payout') return client.payouts.retrieve(id);
  const { data } = await client.balanceTransactions.list({ source: id, expand: ['data.source'] });
  return data[0]?.source;
}

/** Like in operation: a failed run is repeated later. */
async function fetchOrFail(): Promise<void> {
  await world.fetch().catch((error: unknown) => {
    if (!(error instanceof Unavailable)) throw error;
  });
}

/** Deliveries in random order, each once or more, with further changes and occasional failures of Stripe. */
async function deliver(story: Story, random: Random): Promise<Set<string>> {
  const waiting: object[] = [];
  const ids = new Set<string>();
  world.faults(() => (random.chance(0.05) ? 'error_uncommitted' : undefined));
  for (let acts = 0; acts < ACTS || waiting.length > 0; ) {
    world.clock.advance(random.between(0, 3 * HOUR_MS));
    if (acts < ACTS && random.chance(0.4)) {
      world.faults(() => undefined);
      for (const event of await story.act()) {
        ids.add((event as { id: string }).id);
        for (let times = random.between(1, 3); times > 0; times--) waiting.push(event);
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

test.each(Array.from({ length: 12 }, (_, nth) => 20_260_115 + nth))(
  'any order of deliveries, with repetitions and failures, ends with the state of Stripe (seed %i)',
  async (seed) => {
    const story = new Story(seed);
    const delivered = await deliver(story, seeded(seed + 1_000_000));
    await recordEvents(world);
    await world.fetch();
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(['fetched']));
    for (const [kind, ids] of story.touched) {
      const stored = await world.latest(TABLES[kind] ?? '');
      for (const id of ids) expect(stored[id]).toEqual(await atStripe(kind, id));
    }
    const movements = await world.latest('balance_transactions');
    for (const ids of story.touched.values()) {
      for (const id of ids) {
        const { data } = await world.client.balanceTransactions.list({ source: id });
        for (const line of data) expect(movements[line.id]).toEqual(line);
      }
    }
    const recorded = await world.warehouse.query<{ id_stripe: string }>('select id_stripe from stripe.events');
    expect(recorded.map(({ id_stripe }) => id_stripe).sort()).toEqual([...delivered].sort());
  },
);
