import { describe, expect, it } from 'vitest';
import { decimalToMinor, parseDecimal } from '../../../warehouse/money.ts';
import type { Split } from '../../../warehouse/vocabulary/terms.ts';
import type { EventAct, StripeAct } from './acts.ts';
import { allocate } from './allocate.ts';
import { marketplace } from './marketplace.ts';

const { acts, truth } = marketplace({ seed: 11, period: '2026-01' });

/** The events that a pipeline would use: the valid ones, once each, in the order in which they occurred. */
const malformed = new Set(truth.malformed.map(({ message_id }) => message_id));
const events = [
  ...new Map(acts.filter((act) => act.kind === 'event').map((act) => [act.message_id, act] as const)).values(),
]
  .filter(({ message_id }) => !malformed.has(message_id))
  .sort((a, b) => a.occurred_at_ms - b.occurred_at_ms);
const textOf = (act: EventAct, property: string): string => String(act.properties[property]);
const named = (...names: string[]): EventAct[] => events.filter(({ event }) => names.includes(event));
const sales = named('License Purchased', 'Subscription Started', 'Subscription Renewed');
const minorOf = (act: EventAct, property: string): bigint =>
  decimalToMinor(textOf(act, property), textOf(act, 'currency'));
const withTax = (act: EventAct): bigint => minorOf(act, 'amount') + minorOf(act, 'tax_amount');

interface Published {
  readonly from_ms: number;
  readonly rate: bigint;
  readonly currency: string;
  readonly splits: readonly Split[];
}

function splitsOf({ properties }: EventAct): Split[] {
  const { splits } = properties;
  if (!Array.isArray(splits)) throw new TypeError('Splits must be a list.');
  return splits.map(({ creator_id, share_bps }) => ({ creator_id, share_bps }));
}

const published = new Map<string, Published[]>();
for (const act of named('Asset Published')) {
  const key = `${textOf(act, 'asset_id')} ${textOf(act, 'license_type')}`;
  const terms = {
    from_ms: act.occurred_at_ms,
    rate: parseDecimal(textOf(act, 'rate')),
    currency: textOf(act, 'currency'),
    splits: splitsOf(act),
  };
  published.set(key, [...(published.get(key) ?? []), terms]);
}

/** When an asset or a consent ended, and the consents, by asset. */
const endedAt = new Map(
  named('Asset Withdrawn', 'Consent Revoked').map((act) => [textOf(act, 'asset_id'), act.occurred_at_ms]),
);
const consented = new Map(
  named('Consent Granted').map((act) => [
    `${textOf(act, 'asset_id')} ${textOf(act, 'usage_right')}`,
    act.occurred_at_ms,
  ]),
);

const licenseTypeOf = ({ event }: EventAct): string =>
  event === 'Asset Used' ? 'metered' : event === 'License Purchased' ? 'one_time' : 'subscription';

function termsOf(act: EventAct): Published {
  const versions = published.get(`${textOf(act, 'asset_id')} ${licenseTypeOf(act)}`) ?? [];
  const terms = versions.findLast(({ from_ms }) => from_ms <= act.occurred_at_ms);
  if (terms === undefined) throw new Error(`No terms were in force for ${JSON.stringify(act)}.`);
  return terms;
}

const worthOf = (act: EventAct): bigint => {
  const product = parseDecimal(textOf(act, 'units')) * termsOf(act).rate;
  return (product + 500_000_000n) / 1_000_000_000n;
};
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('terms', () => {
  it('split all of the royalties among distinct holders', () => {
    const all = [...published.values()].flat();
    for (const { splits } of all) {
      expect(splits.reduce((total, { share_bps }) => total + share_bps, 0)).toBe(10000);
      expect(new Set(splits.map(({ creator_id }) => creator_id)).size).toBe(splits.length);
    }
    const shared = all.filter(({ splits }) => splits.length > 1).length;
    expect(shared / all.length).toBeGreaterThan(0.2);
    expect(shared / all.length).toBeLessThan(0.35);
  });

  it('are in force, with a consent, whenever an asset is sold or used', () => {
    for (const act of [...sales, ...named('Asset Used')]) {
      termsOf(act);
      expect(act.occurred_at_ms).toBeLessThan(endedAt.get(textOf(act, 'asset_id')) ?? Number.POSITIVE_INFINITY);
    }
    for (const use of named('Asset Used')) {
      const key = `${textOf(use, 'asset_id')} ${textOf(use, 'usage_right')}`;
      expect(consented.get(key)).toBeLessThan(use.occurred_at_ms);
    }
  });

  it('change in mid-period, with uses before and after', () => {
    const renewed = [...published].filter(([, versions]) => versions.length === 2);
    expect(renewed.length).toBeGreaterThan(100);
    const uses = Map.groupBy(named('Asset Used'), (use) => `${textOf(use, 'asset_id')} metered`);
    const both = renewed.filter(([key, versions]) => {
      const at = uses.get(key)?.map((use) => use.occurred_at_ms) ?? [];
      const from_ms = versions[1]?.from_ms ?? 0;
      return at.some((ms) => ms < from_ms) && at.some((ms) => ms >= from_ms);
    });
    expect(both.length).toBeGreaterThan(20);
  });

  it('determine the price of every sale', () => {
    for (const sale of sales) {
      expect(parseDecimal(textOf(sale, 'amount'))).toBe(termsOf(sale).rate);
      expect(textOf(sale, 'currency')).toBe(termsOf(sale).currency);
    }
  });
});

describe('what happens at Stripe', () => {
  const at = <K extends StripeAct['act']>(kind: K) =>
    acts.filter((act): act is Extract<StripeAct, { act: K }> => act.kind === 'stripe' && act.act === kind);

  it.each([
    { kind: 'charge', property: 'charge_id_stripe', of: [...sales, ...named('Usage Invoiced')] },
    { kind: 'refund', property: 'refund_id_stripe', of: named('License Refunded') },
    { kind: 'dispute', property: 'dispute_id_stripe', of: named('Dispute Opened') },
  ] as const)('has one $kind, of the same amount with tax and at the same time, for each event', (pair) => {
    const there = at(pair.kind).map(({ given }) => [given.id, given.amount_minor, given.created_at_ms]);
    const here = pair.of.map((act) => [textOf(act, pair.property), withTax(act), act.occurred_at_ms]);
    const byId = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
    expect(there.sort(byId)).toEqual(here.sort(byId));
    expect(here.length).toBeGreaterThan(0);
  });

  it('includes tax for some', () => {
    const taxed = sales.filter((sale) => minorOf(sale, 'tax_amount') > 0n).length;
    expect(taxed).toBeGreaterThan(100);
    expect(taxed).toBeLessThan(sales.length);
  });
});

describe.each(Object.entries(truth.currencies))('the truth in %s', (currency, sums) => {
  const NANOS_PER_MINOR = 10_000_000n;
  const inCurrency = (list: readonly EventAct[]) => list.filter((act) => textOf(act, 'currency') === currency);
  const lost = new Set(
    named('Dispute Closed')
      .filter((act) => textOf(act, 'dispute_outcome') === 'lost')
      .map((act) => textOf(act, 'sale_id')),
  );
  const uses = named('Asset Used').filter((use) => termsOf(use).currency === currency);

  it('equals the sum of its events', () => {
    const nanos = (list: readonly EventAct[]) => sum(list.map((act) => minorOf(act, 'amount'))) * NANOS_PER_MINOR;
    const own = inCurrency(sales);
    const lostSales = own.filter((sale) => lost.has(textOf(sale, 'sale_id')));
    expect(sums.sales_nanos).toBe(nanos(own));
    expect(sums.uses_nanos).toBe(sum(uses.map(worthOf)));
    expect(sums.refunds_nanos).toBe(nanos(inCurrency(named('License Refunded'))));
    expect(sums.lost_disputes_nanos).toBe(nanos(lostSales));
    expect(sums.gross_nanos).toBe(sums.sales_nanos + sums.uses_nanos);
    expect(sums.net_nanos).toBe(sums.gross_nanos - sums.refunds_nanos - sums.lost_disputes_nanos);
    expect(sums.charged_minor).toBe(sum([...own, ...inCurrency(named('Usage Invoiced'))].map(withTax)));
  });

  it('has invoices for each developer for the use, from fifty cents on', () => {
    const used = new Map<string, bigint>();
    for (const use of uses) {
      used.set(textOf(use, 'developer_id'), (used.get(textOf(use, 'developer_id')) ?? 0n) + worthOf(use));
    }
    const charged = [...used]
      .map(([developer_id, nanos]) => `${developer_id} ${(nanos + NANOS_PER_MINOR / 2n) / NANOS_PER_MINOR}`)
      .filter((line) => Number(line.split(' ')[1]) >= 50);
    const invoices = inCurrency(named('Usage Invoiced'));
    const invoiced = invoices.map((act) => `${textOf(act, 'developer_id')} ${minorOf(act, 'amount')}`);
    expect(invoiced.sort()).toEqual(charged.sort());
    expect(charged.length).toBeLessThan(used.size);
  });

  it('splits the net between platform and creators, each change booked as a difference', () => {
    const royalties = new Map<string, bigint>();
    const book = (sign: bigint, worth: bigint, { splits }: Published): void => {
      const pool = worth - (worth * 2000n + 5000n) / 10000n;
      const parts = splits.map(({ creator_id, share_bps }) => ({ key: creator_id, weight: BigInt(share_bps) }));
      for (const [creator_id, part] of allocate(pool, parts)) {
        royalties.set(creator_id, (royalties.get(creator_id) ?? 0n) + sign * part);
      }
    };
    const refunds = Map.groupBy(named('License Refunded'), (refund) => textOf(refund, 'sale_id'));
    // Uses are shared as one sum by terms and month.
    const months = Map.groupBy(uses, (use) => new Date(use.occurred_at_ms).getUTCMonth());
    for (const ofMonth of months.values()) {
      for (const [terms, ofTerms] of Map.groupBy(ofMonth, termsOf)) book(1n, sum(ofTerms.map(worthOf)), terms);
    }
    for (const sale of inCurrency(sales)) {
      const terms = termsOf(sale);
      let worth = terms.rate;
      book(1n, worth, terms);
      const reduce = (by: bigint): void => {
        book(-1n, worth, terms);
        worth -= by;
        book(1n, worth, terms);
      };
      for (const refund of refunds.get(textOf(sale, 'sale_id')) ?? []) reduce(parseDecimal(textOf(refund, 'amount')));
      if (lost.has(textOf(sale, 'sale_id'))) reduce(worth);
    }
    const rows = truth.royalties.filter((row) => row.currency === currency);
    expect(new Map(rows.map(({ creator_id, royalty_nanos }) => [creator_id, royalty_nanos]))).toEqual(
      new Map([...royalties].filter(([, amount]) => amount !== 0n).sort()),
    );
    expect(sum(rows.map(({ royalty_nanos }) => royalty_nanos))).toBe(sums.royalties_nanos);
    expect(sums.fees_nanos + sums.royalties_nanos).toBe(sums.net_nanos);
  });
});
