import { build } from '../../transforms/engine/build.ts';
import { closeBooks } from '../../transforms/ledger/close.ts';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type Figure, timed } from './measure.ts';
import { freshWarehouse, inFolder, PERIOD } from './month.ts';

/** A large month, made by the engine itself: uses, terms, sales, refunds and duplicates in the proportions of a real one. */
export const SIZES = {
  uses: Number(process.env.BENCH_USES ?? 1_000_000),
  terms: 200_000,
  assets: 100_000,
  creators: 20_000,
  developers: 2_000,
};
const CUTOFF = '2026-02-02T00:00:00.000Z';

/** Fills the raw tables with that month. */
export function statements({ uses, terms, assets, creators, developers }: typeof SIZES): readonly string[] {
  const sales = Math.floor(uses / 50);
  const after = (number: string): string => `to_microseconds(${Math.floor(2_678_400_000_000 / uses)} * ${number})`;
  return [
    `insert into raw.asset_published by name select 'm' || i as id, 'terms_' || i as terms_id, 'asset_' || (i % ${assets}) as asset_id,
       case when i >= ${assets} and i % 10 = 0 then 'one_time' else 'metered' end as license_type,
       cast(cast((1 + i % 97) / 10000.0 as decimal(18, 4)) as varchar) as rate, 'USD' as currency,
       '[{"creator_id":"cr_' || (i % ${creators}) || '","share_bps":6000},{"creator_id":"cr_' || ((i * 7 + 1) % ${creators}) || '","share_bps":4000}]' as splits,
       timestamptz '2025-11-01' + to_seconds(i) as timestamp, timestamptz '2025-11-01' + to_seconds(i) as loaded_at from range(${terms}) as counted(i)`,
    // Every 200th message reports a use once more, in the same words.
    `insert into raw.asset_used by name select 'u' || i as id, 'use_' || n as use_id,
       'asset_' || (hash(n) % ${assets}) as asset_id, 'dev_' || (hash(n + 7) % ${developers}) as developer_id, cast(1 + hash(n + 3) % 1000 as varchar) as units,
       timestamptz '2026-01-01' + ${after('n')} as timestamp, timestamptz '2026-01-01 00:00:10' + ${after('i')} as loaded_at
       from (select i, case when i % 200 = 199 then i - 100 else i end as n from range(${uses}) as counted(i))`,
    `insert into raw.license_purchased by name select 's' || i as id, 'sale_' || i as sale_id, 'asset_' || ((i % 10000) * 10) as asset_id, 'dev_' || (i % ${developers}) as developer_id,
       '20' as amount, '4' as tax_amount, 'USD' as currency, 'ch_' || i as charge_id_stripe,
       timestamptz '2026-01-01' + to_seconds(i * 2000000 // ${sales}) as timestamp, timestamptz '2026-01-02' + to_seconds(i * 2000000 // ${sales}) as loaded_at from range(${sales}) as counted(i)`,
    `insert into raw.license_refunded by name select 'r' || i as id, 'ref_' || i as refund_id, 'sale_' || (i * 50) as sale_id, '5' as amount, '1' as tax_amount, 'USD' as currency,
       're_' || i as refund_id_stripe, timestamptz '2026-01-28' as timestamp, timestamptz '2026-01-28' as loaded_at from range(${Math.floor(sales / 50)}) as counted(i)`,
  ];
}

/** By hand: de-duplicates, rates, groups and allocates the uses and sales in 64-bit arithmetic, and writes the royalties rows. No refunds, books or checks. */
const BY_HAND = `create or replace table main.royalties_by_hand as
  with terms as (
    select *, row_number() over () as number, try_cast(rate as decimal(18, 9)) as rate_exact,
      coalesce(lead(timestamp) over (partition by asset_id, license_type order by timestamp, terms_id), timestamptz '9999-12-31') as until
    from raw.asset_published
  ),
  uses as (
    select asset_id, try_cast(units as decimal(18, 9)) as units, timestamp from raw.asset_used
    where timestamp >= timestamptz '2026-01-01' and timestamp < timestamptz '2026-02-01'
    qualify row_number() over (partition by use_id order by loaded_at, id) = 1
  ),
  grouped as (
    select terms.number, count(*) as use_count, sum(uses.units) as units,
      sum((cast(trunc(uses.units) as bigint) * cast(terms.rate_exact * 1000000000 as bigint))) as nanos
    from uses join terms on terms.asset_id = uses.asset_id and terms.license_type = 'metered' and terms.timestamp <= uses.timestamp and terms.until > uses.timestamp
    group by terms.number
  ),
  pools as (
    select 'uses' as kind, terms.terms_id as id, terms.terms_id, terms.asset_id, terms.splits, grouped.use_count, grouped.units, grouped.nanos - (grouped.nanos * 2000 + 5000) // 10000 as pool, grouped.nanos
    from grouped join terms on terms.number = grouped.number
    union all
    select 'sale', sales.sale_id, terms.terms_id, terms.asset_id, terms.splits, 1, 1, cast(sales.amount as bigint) * 800000000, cast(sales.amount as bigint) * 1000000000
    from (select * from raw.license_purchased qualify row_number() over (partition by sale_id order by loaded_at, id) = 1) as sales
    join terms on terms.asset_id = sales.asset_id and terms.license_type = 'one_time' and terms.timestamp <= sales.timestamp and terms.until > sales.timestamp
  ),
  held as (
    select *, row_number() over () as pool_number, unnest(json_extract_string(splits, '$[*].creator_id')) as creator_id, cast(unnest(json_extract_string(splits, '$[*].share_bps')) as bigint) as bps from pools
  ),
  ranked as (
    select *, row_number() over (partition by id order by pool * bps % 10000 desc, creator_id) as part_rank, sum(pool * bps % 10000) over (partition by id) as rest from held
  )
  select '2026-01' as period, kind, id, creator_id, terms_id, asset_id, 'USD' as currency, 2000 as fee_bps, bps, use_count, units, cast(nanos * bps // 10000 as decimal(38, 0)) * 0.000000001::decimal(9, 9) as gross,
    cast(pool * bps // 10000 + case when part_rank * 10000 <= rest then 1 else 0 end as decimal(38, 0)) * 0.000000001::decimal(9, 9) as royalty
  from ranked`;

/** Uses per second of build, close and verify, each against the same royalties by hand; the medians of alternating runs. */
export async function benchBooks(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await warehouse.transaction(async (writer) => {
      for (const statement of statements(SIZES)) await writer.query(statement);
    });
    const seconds = { build: [] as number[], byHand: [] as number[] };
    for (let run = 0; run < 4; run++) {
      seconds.build.push(await timed(() => inTransaction(warehouse, { closes: false })));
      seconds.byHand.push(await timed(() => warehouse.transaction((writer) => writer.query(BY_HAND))));
    }
    const close = await timed(() => inTransaction(warehouse, { closes: true }));
    const verify = await timed(() => verifyPeriod(warehouse, PERIOD));
    await warehouse.close();
    const [built, hand] = [median(seconds.build), median(seconds.byHand)];
    const rate = (each: number): number => SIZES.uses / each;
    const unit = 'uses/s';
    return [
      {
        name: 'build',
        unit,
        ours: rate(built),
        limit: rate(hand),
        limitIs: 'the grouped royalties alone, by hand (goal: 50 % at 1 M, 67 % at 10 M)',
      },
      {
        name: 'close',
        unit,
        ours: rate(close),
        limit: rate(hand),
        limitIs: 'the same (goal: 33 % at 1 M, 50 % at 10 M)',
      },
      { name: 'verify', unit, ours: rate(verify), limit: rate(close), limitIs: 'closing (goal: 77 %)' },
    ];
  });
}

function inTransaction(warehouse: Warehouse, { closes }: { closes: boolean }): Promise<void> {
  return warehouse.transaction(async (writer) => {
    await build(writer, PERIOD, { parts: ['books'], closing: closes, into: closes ? 'ledger' : 'draft' });
    if (closes) await closeBooks(writer, { period: PERIOD, cutoffAt: CUTOFF, closedBy: 'Ada', secret: randomSecret() });
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
