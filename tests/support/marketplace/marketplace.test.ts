import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { propertiesSchema } from '../../../ingest/events/event.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { startStripe } from '../stripe/local-stripe.ts';
import { type Act, applyStripeAct, type EventAct } from './acts.ts';
import { type Marketplace, type MarketplaceOptions, marketplace } from './marketplace.ts';
import { ODD_TITLES } from './names.ts';
import { MALFORMATIONS } from './noise.ts';

const START = Date.UTC(2026, 0);
const END = Date.UTC(2026, 1);
const SMALL = { period: '2026-02', creators: 10, assets: 20, developers: 5, events: 400 } as const;

const full = marketplace({ seed: 7, period: '2026-01' });
const ajv = new Ajv();
const schemas = new Map(CATALOGUE.map((event) => [event.name, ajv.compile(propertiesSchema(event))]));
const isDeclared = ({ event, properties }: EventAct): boolean => schemas.get(event)?.(properties) === true;

const eventsOf = ({ acts }: Marketplace): EventAct[] => acts.filter((act) => act.kind === 'event');
const named = (name: string): EventAct[] => eventsOf(full).filter(({ event }) => event === name);
const textOf = (act: EventAct, property: string): string => String(act.properties[property]);

function digest(options: MarketplaceOptions): string {
  const withBigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
  return sha256Hex(JSON.stringify(marketplace(options), withBigints));
}

/** How often each value occurs. */
function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The last state of each creator, by time of occurrence, independent of the order of sending. */
function latest(event: string, property: string): string[] {
  const acts = named(event).sort((a, b) => a.occurred_at_ms - b.occurred_at_ms);
  return [...new Map(acts.map((act) => [textOf(act, 'creator_id'), textOf(act, property)])).values()];
}

describe('the same options', () => {
  it('give the same acts and the same truth; another seed gives different ones', () => {
    expect(digest({ seed: 3, ...SMALL })).toBe(digest({ seed: 3, ...SMALL }));
    expect(digest({ seed: 3, ...SMALL })).not.toBe(digest({ seed: 4, ...SMALL }));
  });

  it('of another period give other message ids', () => {
    const ids = new Set(eventsOf(marketplace({ seed: 3, ...SMALL })).map(({ message_id }) => message_id));
    const next = eventsOf(marketplace({ seed: 3, ...SMALL, period: '2026-03' }));
    expect(next.filter(({ message_id }) => ids.has(message_id))).toEqual([]);
  });
});

describe('a month at full size', () => {
  it('sends the requested number of events, in time order, registrations before the period', () => {
    expect(eventsOf(full)).toHaveLength(60_000);
    expect(full.acts.every(({ at_ms }, index) => index === 0 || (full.acts[index - 1]?.at_ms ?? 0) <= at_ms)).toBe(
      true,
    );
    expect(full.acts.every(({ at_ms }) => at_ms >= START - 365 * 86_400_000 && at_ms < END)).toBe(true);
    const registrations = ['Creator Signed Up', 'Developer Signed Up', 'API Key Created', 'Asset Uploaded'];
    for (const act of registrations.flatMap(named)) expect(act.occurred_at_ms).toBeLessThan(START);
    expect(new Set(named('Creator Signed Up').map((act) => textOf(act, 'creator_id'))).size).toBe(300);
    expect(new Set(named('Asset Uploaded').map((act) => textOf(act, 'asset_id'))).size).toBe(2500);
    expect(new Set(named('Developer Signed Up').map((act) => textOf(act, 'developer_id'))).size).toBe(120);
  });

  it('repeats a message id only with the same body, later', () => {
    const first = new Map<string, EventAct>();
    let repeated = 0;
    for (const act of eventsOf(full)) {
      const known = first.get(act.message_id);
      if (known === undefined) first.set(act.message_id, act);
      else {
        repeated++;
        expect(act).toEqual({ ...known, at_ms: act.at_ms });
      }
    }
    expect(repeated).toBe(420);
    expect(full.truth).toMatchObject({ sent_count: 60_000, duplicate_count: repeated });
    expect(full.truth.valid_count).toBe(first.size - full.truth.malformed.length);
  });

  it('has unique ids', () => {
    const own: Record<string, string> = {
      'Asset Uploaded': 'asset_id',
      'Consent Granted': 'consent_receipt_id',
      'Asset Published': 'terms_id',
      'Asset Used': 'use_id',
      'License Purchased': 'license_id',
      'License Refunded': 'refund_id',
      'Dispute Opened': 'dispute_id',
      'Usage Invoiced': 'invoice_id',
    };
    for (const [event, property] of Object.entries(own)) {
      const ids = new Map(named(event).map((act) => [act.message_id, textOf(act, property)]));
      expect(new Set(ids.values()).size, property).toBe(ids.size);
    }
  });

  it('conforms to the catalogue, except malformed events, which violate it in every known way', () => {
    const broken = eventsOf(full).filter((act) => !isDeclared(act));
    expect(broken.map(({ message_id }) => message_id).sort()).toEqual(
      full.truth.malformed.map(({ message_id }) => message_id).sort(),
    );
    expect(broken).toHaveLength(60);
    expect(new Set(full.truth.malformed.map(({ malformation }) => malformation))).toEqual(new Set(MALFORMATIONS));
    expect(eventsOf(full).every(({ user_id }) => /^(cr|dev)_/.test(user_id))).toBe(true);
  });

  it('has the difficult cases of a month', () => {
    const late = named('Asset Used').filter(({ occurred_at_ms }) => occurred_at_ms < START);
    expect(late.every(({ occurred_at_ms, at_ms }) => occurred_at_ms >= START - 3 * 86_400_000 && at_ms >= START)).toBe(
      true,
    );
    expect(new Set(late.map(({ message_id }) => message_id)).size).toBe(full.truth.late_use_count);
    expect(full.truth.late_use_count).toBeGreaterThan(150);
    expect(named('Asset Used').length).toBeGreaterThan(38_000);

    const outcomes = full.truth.disputes.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 3)).toEqual(['lost', 'won', 'open']);
    expect(outcomes.length).toBeLessThanOrEqual(6);

    const refunds = new Map(named('License Refunded').map((act) => [act.message_id, textOf(act, 'sale_id')]));
    expect(Object.values(tally([...refunds.values()])).filter((times) => times === 2).length).toBeGreaterThan(5);

    expect(named('Usage Invoiced').every(({ at_ms }) => at_ms >= END - 5 * 60_000)).toBe(true);
    expect(named('Asset Used').some((act) => textOf(act, 'units').includes('.'))).toBe(true);
    const titles = named('Asset Uploaded').map((act) => textOf(act, 'asset_title'));
    for (const title of ODD_TITLES) expect(titles).toContain(title);
  });

  it('has creators of every kind, most of them payable', () => {
    const accounts = latest('Creator Payout Account Updated', 'account_status');
    expect(300 - accounts.length).toBeGreaterThan(2);
    expect(tally(accounts)).toMatchObject({ restricted: expect.any(Number), closed: expect.any(Number) });
    expect(tally(accounts).active).toBeGreaterThan(240);
    expect(tally(latest('Creator KYC Completed', 'kyc_status')).verified).toBeGreaterThan(260);
    expect(latest('Creator KYC Completed', 'kyc_status')).toContain('rejected');
  });

  it('pays few much and many little', () => {
    const earned = new Map<string, number>();
    for (const { creator_id, royalty_nanos } of full.truth.royalties) {
      earned.set(creator_id, (earned.get(creator_id) ?? 0) + Number(royalty_nanos));
    }
    const largest = [...earned.values()].sort((a, b) => b - a);
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
    expect(sum(largest.slice(0, 30))).toBeGreaterThan(sum(largest) / 2);
    expect(full.truth.royalties.filter(({ royalty_nanos }) => royalty_nanos < 10n ** 10n).length).toBeGreaterThan(50);
  });
});

describe('a small marketplace', () => {
  const worlds = Array.from({ length: 20 }, (_, seed) => marketplace({ seed, ...SMALL }));

  it.each(worlds.map((world, seed) => ({ seed, world })))('of seed $seed has its size and its variety', ({ world }) => {
    const events = eventsOf(world);
    expect(events).toHaveLength(400);
    expect(events.filter((act) => !isDeclared(act))).toHaveLength(5);
    expect(world.truth.disputes.length).toBeGreaterThan(0);
    expect(world.truth.late_use_count).toBe(2);
    const names = new Set(events.map(({ event }) => event));
    for (const event of ['License Refunded', 'Subscription Started', 'Usage Invoiced', 'Asset Withdrawn']) {
      expect(names).toContain(event);
    }
  });

  it('can be applied to Stripe', async () => {
    let now = 0;
    const stripe = await startStripe({ clock: { now: () => now }, apiKey: 'sk_test_world' });
    try {
      const atStripe = (act: Act) => act.kind === 'stripe';
      for (const act of worlds.flatMap(({ acts }) => acts.filter(atStripe))) {
        now = act.at_ms;
        applyStripeAct(stripe, act);
      }
      expect(stripe.balance('usd')).toBeGreaterThan(0n);
    } finally {
      await stripe.stop();
    }
  });

  it('is refused if it has too few events', () => {
    expect(() => marketplace({ seed: 1, ...SMALL, events: 150 })).toThrow(Rejected);
  });
});
