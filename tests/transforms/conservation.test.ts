import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RAW_TABLES } from '../../ingest/load/raw-tables.ts';
import { build } from '../../transforms/engine/build.ts';
import type { balances } from '../../transforms/marts/balances.ts';
import type { periodTotals } from '../../transforms/marts/period_totals.ts';
import { requireExponent } from '../../warehouse/currencies.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { FULL_RUN } from '../support/full-run.ts';
import { allocate, floorDiv } from '../support/marketplace/allocate.ts';
import { openThoroughWarehouse } from './small-month.ts';

const PERIOD = parsePeriod('2026-01');
const FEE_BPS = 2000n;

interface Asset {
  readonly currency: string;
  readonly shares: readonly number[];
  readonly rate: string;
}

interface Balance {
  readonly creator_id: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly carried: string;
}

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openThoroughWarehouse();
});
afterAll(() => warehouse.close());

test('20,000 uses at 0.001 with uneven splits lose nothing', async () => {
  const assets: Asset[] = [
    { currency: 'USD', shares: [3333, 3333, 3334], rate: '0.001' },
    { currency: 'USD', shares: [1, 9999], rate: '0.001' },
    { currency: 'JPY', shares: [1429, 1429, 1429, 1429, 1428, 1428, 1428], rate: '0.001' },
    { currency: 'USD', shares: [10000], rate: '0.000000007' },
    { currency: 'KWD', shares: [6667, 3333], rate: '0.001' },
  ];
  const uses = 20_000;
  const owed = assets.flatMap((asset, at) =>
    royaltiesOf(asset, { at, worth: parseDecimal(asset.rate) * BigInt(uses / assets.length) }),
  );
  await warehouse.withRollback(async (writer) => {
    await append(writer, 'asset_published', assets.flatMap(published));
    await writer.query(
      `insert into raw.asset_used by name
       select 'm' || i as id, 'use_' || i as use_id, 'asset_' || (i % ${assets.length}) as asset_id, 'dev_' || (i % 7) as developer_id, '1' as units,
         timestamptz '2026-01-01' + to_seconds(i) as timestamp, timestamptz '2026-02-01' as loaded_at
       from range(${uses}) as counted(i)`,
    );
    await build(writer, PERIOD, { parts: ['books'] });
    expect(await balancesIn(writer)).toEqual(balancesOf(owed));
    const totals = await totalsIn(writer);
    expect(totals.map(({ currency, buyers_net_amount }) => [currency, buyers_net_amount])).toEqual([
      ['JPY', '4'],
      ['KWD', '4'],
      ['USD', '8.000028'],
    ]);
    for (const row of totals) expectNothingLost(row);
  });
});

/** One to five holders with uneven shares that sum to 10000. */
const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 4 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 10_000])
  .map((cuts) => cuts.slice(1).map((cut, at) => cut - (cuts[at] ?? 0)));
const asset = fc.record({
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  shares,
  rate: fc.bigInt({ min: 1n, max: 10n ** 12n }).map((nanos) => decimalOf(nanos)),
});
const month = fc.record({
  assets: fc.tuple(asset, asset, asset),
  uses: fc.array(fc.record({ asset: fc.nat(2), units: fc.bigInt({ min: 1n, max: 10n ** 13n }) }), { maxLength: 20 }),
  sales: fc.array(
    fc.record({
      asset: fc.nat(2),
      minor: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      // Each refund as a percentage of what is left of the sale.
      refunds: fc.array(fc.bigInt({ min: 0n, max: 100n }), { maxLength: 3 }),
    }),
    { maxLength: 10 },
  ),
});
type Month = typeof month extends fc.Arbitrary<infer M> ? M : never;

test('after any sales, uses and refunds, loaded in any order, each creator has the share of what is left, and suspense the rest', async () => {
  await fc.assert(
    fc.asyncProperty(month, fc.nat(3), async (drawn, withoutTerms) => {
      const { events, owed, suspended } = eventsAndAmountsOwed(drawn, withoutTerms);
      const seen: unknown[] = [];
      for (const order of [events, events.toReversed()]) {
        await warehouse.withRollback(async (writer) => {
          const terms = drawn.assets.map(published);
          await append(writer, 'asset_published', terms.toSpliced(withoutTerms, 1).flat());
          for (const [at, { table, row }] of order.entries()) {
            const loaded_at = `2026-02-01T00:00:00.${String(at).padStart(3, '0')}Z`;
            await append(writer, table, [{ ...row, loaded_at }]);
          }
          await build(writer, PERIOD, { parts: ['books'] });
          const totals = await totalsIn(writer);
          for (const row of totals) expectNothingLost(row);
          seen.push(totals);
          expect(await balancesIn(writer)).toEqual(balancesOf(owed));
          const inSuspense = totals.filter((row) => row.suspense_amount !== '0');
          expect(inSuspense.map((row) => [row.currency, row.suspense_amount])).toEqual(suspended);
        });
      }
      expect(seen[1]).toEqual(seen[0]);
    }),
    { numRuns: FULL_RUN ? 6 : 3, seed: 20260131 },
  );
});

/**
 * The events of a month; what each creator is owed, computed from what is left of each sale and use; and what is left of the sales
 * of the asset without terms, if there is one, by currency.
 */
function eventsAndAmountsOwed(
  { assets, uses, sales }: Month,
  withoutTerms: number,
): {
  events: { table: string; row: ValueRow }[];
  owed: Owed[];
  suspended: (readonly [currency: string, amount: string])[];
} {
  const events: { table: string; row: ValueRow }[] = [];
  const owed: Owed[] = [];
  const timestamp = '2026-01-15T00:00:00Z';
  // All uses of an asset are under the same terms and in the same month, so they are shared as one sum.
  const worthOf = new Map<number, bigint>();
  for (const [at, { asset: of, units }] of uses.entries()) {
    const used = requirePresent(assets[of], 'an asset');
    const row = { id: `m_use_${at}`, use_id: `use_${at}`, asset_id: `asset_${of}`, developer_id: 'dev_x', timestamp };
    events.push({ table: 'asset_used', row: { ...row, units: decimalOf(units) } });
    const worth = floorDiv(2n * units * parseDecimal(used.rate) + 10n ** 9n, 2n * 10n ** 9n);
    worthOf.set(of, (worthOf.get(of) ?? 0n) + worth);
  }
  worthOf.delete(withoutTerms);
  let suspense = 0n;
  for (const [of, worth] of worthOf) {
    owed.push(...royaltiesOf(requirePresent(assets[of], 'an asset'), { at: of, worth }));
  }
  for (const [at, { asset: of, minor, refunds }] of sales.entries()) {
    const sold = requirePresent(assets[of], 'an asset');
    const unit = 10n ** BigInt(9 - requireExponent(sold.currency));
    const paid = { sale_id: `sale_${at}`, developer_id: 'dev_x', currency: sold.currency, tax_amount: '1', timestamp };
    const row = { ...paid, id: `m_sale_${at}`, asset_id: `asset_${of}`, charge_id_stripe: `ch_${at}` };
    events.push({ table: 'license_purchased', row: { ...row, amount: decimalOf(minor * unit) } });
    let left = minor;
    for (const [nth, percent] of refunds.entries()) {
      const back = (left * percent) / 100n;
      left -= back;
      const ids = { id: `m_ref_${at}_${nth}`, refund_id: `ref_${at}_${nth}`, refund_id_stripe: `re_${at}_${nth}` };
      events.push({ table: 'license_refunded', row: { ...paid, ...ids, amount: decimalOf(back * unit) } });
    }
    if (of === withoutTerms) suspense += left * unit;
    else owed.push(...royaltiesOf(sold, { at: of, worth: left * unit }));
  }
  const currency = assets[withoutTerms]?.currency;
  return { events, owed, suspended: currency && suspense > 0n ? [[currency, decimalOf(suspense)]] : [] };
}

interface Owed {
  readonly creator_id: string;
  readonly currency: string;
  readonly nanos: bigint;
}

/** The royalties of an asset's holders for an amount `worth`; all in units of 10⁻⁹. */
function royaltiesOf({ currency, shares: parts }: Asset, { at, worth }: { at: number; worth: bigint }): Owed[] {
  const pool = worth - floorDiv(2n * worth * FEE_BPS + 10_000n, 20_000n);
  const weights = parts.map((share, nth) => ({ key: creatorOf(at, nth), weight: BigInt(share) }));
  return [...allocate(pool, weights)].map(([creator_id, nanos]) => ({ creator_id, currency, nanos }));
}

/** What each creator is credited: the sum of all amounts owed, rounded down once, and the fraction carried. */
function balancesOf(owed: readonly Owed[]): Balance[] {
  const sums = new Map<string, bigint>();
  for (const { creator_id, currency, nanos } of owed) {
    const key = `${creator_id} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + nanos);
  }
  return [...sums]
    .map(([key, nanos]) => {
      const [creator_id = '', currency = ''] = key.split(' ');
      const unit = 10n ** BigInt(9 - requireExponent(currency));
      const minor = floorDiv(nanos, unit);
      return { creator_id, currency, minor, carried: decimalOf(nanos - minor * unit) };
    })
    .filter(({ minor, carried }) => minor !== 0n || carried !== '0')
    .sort((a, b) => (`${a.creator_id} ${a.currency}` < `${b.creator_id} ${b.currency}` ? -1 : 1));
}

async function balancesIn(writer: WarehouseWriter): Promise<Balance[]> {
  const rows = await writer.query<Row<typeof balances>>(
    `select * from tantieme.balances where period = '2026-01' and (closing_minor <> 0 or carried_out_exact <> 0) order by creator_id, currency`,
  );
  return rows.map(({ creator_id, currency, closing_minor, carried_out_exact }) => ({
    creator_id,
    currency,
    minor: closing_minor,
    carried: carried_out_exact,
  }));
}

function totalsIn(writer: WarehouseWriter): Promise<Row<typeof periodTotals>[]> {
  return writer.query(`select * from tantieme.period_totals where period = '2026-01' order by currency`);
}

function expectNothingLost(row: Row<typeof periodTotals>): void {
  const { buyers_net_amount, creators_amount, platform_fee_amount, rounding_amount, suspense_amount, residual_amount } =
    row;
  const parts = [creators_amount, platform_fee_amount, rounding_amount, suspense_amount].map(parseDecimal);
  expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(parseDecimal(buyers_net_amount));
  expect(residual_amount).toBe('0');
}

/** Assets share creators, so that one balance has fractions of several lines. */
function creatorOf(at: number, nth: number): string {
  return `cr_${(at + nth) % 7}`;
}

function published({ currency, shares: parts, rate }: Asset, at: number): ValueRow[] {
  const splits = JSON.stringify(parts.map((share_bps, nth) => ({ creator_id: creatorOf(at, nth), share_bps })));
  return ['metered', 'one_time'].map((license_type) => ({
    id: `m_${license_type}_${at}`,
    terms_id: `terms_${license_type}_${at}`,
    asset_id: `asset_${at}`,
    license_type,
    rate,
    currency,
    splits,
    timestamp: '2026-01-01T00:00:00Z',
    loaded_at: '2026-01-01T00:00:00Z',
  }));
}

async function append(writer: WarehouseWriter, table: string, rows: readonly ValueRow[]): Promise<void> {
  const shape = requirePresent(
    RAW_TABLES.find(({ name }) => name === `raw.${table}`),
    table,
  );
  const nothing = Object.fromEntries(shape.columns.map(({ name }) => [name, null]));
  await writer.append(
    shape,
    rows.map((row) => ({ ...nothing, ...row })),
  );
}
