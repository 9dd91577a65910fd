-- One row per movement and holder: what the movement gives to or takes from the holder, to a billionth.
-- A reduction books the difference between what is left for the holder after it and what was booked before it, so a full refund
-- takes back exactly what was earned, to the last billionth.
with earlier as (
  select
    royalties.revenue_event_id as sale_id,
    royalties.creator_id,
    royalties.share_bps,
    sum(royalties.gross_amount) as gross_amount,
    sum(royalties.royalty_amount) as royalty_amount
  from tantieme.royalties as royalties
  join steps.int_reduced_sales as sales on sales.sale_id = royalties.revenue_event_id and sales.is_earlier
  where royalties.period < $period and royalties.revenue_event_kind = 'sale'
  group by royalties.revenue_event_id, royalties.creator_id, royalties.share_bps
),
pools as (
  select movement_id, cast(null as string) as sale_id, terms_id, 0 as movement_rank, false as is_earlier, amount, fee_bps
  from steps.int_usage_by_terms
  union all
  select movement_id, sale_id, terms_id, movement_rank, is_earlier, amount_after as amount, fee_bps
  from steps.int_sale_movements
),
numbered as (
  select *, row_number() over (order by movement_id) as pool_number, amount - fn.bps_of(amount, fee_bps) as pool
  from pools
),
held as (
  select numbered.*, holders.creator_id, holders.share_bps
  from numbered
  join steps.int_holders as holders on holders.terms_id = numbered.terms_id
  where not numbered.is_earlier
  union all
  select numbered.*, earlier.creator_id, earlier.share_bps
  from numbered
  join earlier on earlier.sale_id = numbered.sale_id
  where numbered.is_earlier
),
floors as (
  select
    *,
    fn.share_floor(amount, share_bps) as gross_floor,
    fn.share_remainder(amount, share_bps) as gross_rest,
    fn.share_floor(pool, share_bps) as royalty_floor,
    fn.share_remainder(pool, share_bps) as royalty_rest
  from held
),
ranked as (
  select
    *,
    row_number() over (partition by pool_number order by gross_rest desc, creator_id) as gross_rank,
    sum(gross_rest) over (partition by pool_number) as gross_left,
    row_number() over (partition by pool_number order by royalty_rest desc, creator_id) as royalty_rank,
    sum(royalty_rest) over (partition by pool_number) as royalty_left
  from floors
),
parts as (
  select
    movement_id,
    sale_id,
    movement_rank,
    creator_id,
    share_bps,
    gross_floor + fn.billionths(case when gross_rank * 10000 <= gross_left then 1 else 0 end) as gross_amount,
    royalty_floor + fn.billionths(case when royalty_rank * 10000 <= royalty_left then 1 else 0 end) as royalty_amount
  from ranked
),
reduced as (
  select distinct sale_id
  from steps.int_sale_movements
  where movement_rank > 0
)
select parts.movement_id, parts.creator_id, parts.share_bps, parts.gross_amount, parts.royalty_amount
from parts
left join reduced on reduced.sale_id = parts.sale_id
where reduced.sale_id is null
union all
select
  parts.movement_id,
  parts.creator_id,
  parts.share_bps,
  parts.gross_amount - coalesce(lag(parts.gross_amount) over (partition by parts.sale_id, parts.creator_id order by parts.movement_rank), earlier.gross_amount, fn.to_numeric('0')) as gross_amount,
  parts.royalty_amount - coalesce(lag(parts.royalty_amount) over (partition by parts.sale_id, parts.creator_id order by parts.movement_rank), earlier.royalty_amount, fn.to_numeric('0')) as royalty_amount
from parts
join reduced on reduced.sale_id = parts.sale_id
left join earlier on earlier.sale_id = parts.sale_id and earlier.creator_id = parts.creator_id
