import { build } from '../../transforms/engine/build.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type Figure, paired, timed } from './measure.ts';
import { freshWarehouse, inFolder, loadReceipts, monthOfReceipts, PERIOD } from './month.ts';

/** The shortest query by hand: each creator's royalties of the month, without refunds, books or checks. */
const BY_HAND = `
  with terms as (
    select *, lead(timestamp) over (partition by asset_id, license_type order by timestamp) as until from raw.asset_published
  ),
  revenue_events as (
    select u.asset_id, t.splits, cast(u.units as decimal(18, 9)) * cast(t.rate as decimal(18, 9)) as amount
    from (select distinct on (use_id) * from raw.asset_used) as u
    join terms as t on t.asset_id = u.asset_id and t.license_type = 'metered' and u.timestamp >= t.timestamp and (t.until is null or u.timestamp < t.until)
    union all
    select s.asset_id, t.splits, cast(s.amount as decimal(18, 9))
    from (select distinct on (sale_id) * from raw.license_purchased) as s
    join terms as t on t.asset_id = s.asset_id and t.license_type = 'one_time' and s.timestamp >= t.timestamp and (t.until is null or s.timestamp < t.until)
  ),
  holders as (
    select amount, unnest(from_json(splits, '[{"creator_id": "VARCHAR", "share_bps": "BIGINT"}]')) as holder from revenue_events
  )
  select holder.creator_id, sum(amount * holder.share_bps * 0.8 / 10000) as royalty from holders group by 1`;

/** Events per second from raw tables to checked books, against one hand-written query of the royalties alone. */
export async function benchBuild(): Promise<Figure> {
  const events = 60_000;
  return inFolder(async (folder) => {
    const warehouse: Warehouse = await freshWarehouse(folder);
    await loadReceipts(warehouse, { receipts: monthOfReceipts(events), folder, time: timed });
    const ours = async (): Promise<number> =>
      events / (await timed(() => warehouse.transaction((writer) => build(writer, PERIOD, { parts: ['books'] }))));
    const limit = async (): Promise<number> => events / (await timed(() => warehouse.query(BY_HAND)));
    const figures = await paired(5, { ours, limit });
    await warehouse.close();
    return { name: 'build', unit: 'events/s', limitIs: 'one hand-written SELECT of the royalties alone', ...figures };
  });
}
