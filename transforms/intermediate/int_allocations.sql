-- One row per revenue movement and holder: what the movement gives to or takes from the holder, to a billionth.
-- A movement is the difference between the allocation after it and the allocation before it, so a full refund reverses exactly what was earned.
with points as (
  select movements.movement_id, 'after' as side, rated_events.terms_id, rated_events.fee_bps, movements.amount_after as amount
  from tantieme.int_revenue_movements as movements
  join tantieme.int_rated_events as rated_events on rated_events.revenue_event_id = movements.revenue_event_id
  where movements.amount_after > 0
  union all
  select movements.movement_id, 'before' as side, rated_events.terms_id, rated_events.fee_bps, movements.amount_before as amount
  from tantieme.int_revenue_movements as movements
  join tantieme.int_rated_events as rated_events on rated_events.revenue_event_id = movements.revenue_event_id
  where movements.amount_before > 0
),
pools as (
  select movement_id, side, terms_id, amount, amount - fn.bps_of(amount, fee_bps) as pool
  from points
),
floors as (
  select
    pools.movement_id,
    pools.side,
    splits.creator_id,
    splits.share_bps,
    fn.share_floor(pools.amount, splits.share_bps) as gross_floor,
    fn.share_remainder(pools.amount, splits.share_bps) as gross_rest,
    fn.share_floor(pools.pool, splits.share_bps) as royalty_floor,
    fn.share_remainder(pools.pool, splits.share_bps) as royalty_rest
  from pools
  join tantieme.int_splits as splits on splits.terms_id = pools.terms_id
),
ranked as (
  select
    *,
    row_number() over (partition by movement_id, side order by gross_rest desc, creator_id) as gross_rank,
    sum(gross_rest) over (partition by movement_id, side) as gross_left,
    row_number() over (partition by movement_id, side order by royalty_rest desc, creator_id) as royalty_rank,
    sum(royalty_rest) over (partition by movement_id, side) as royalty_left
  from floors
),
parts as (
  select
    movement_id,
    side,
    creator_id,
    share_bps,
    gross_floor + fn.billionths(case when gross_rank * 10000 <= gross_left then 1 else 0 end) as gross_part,
    royalty_floor + fn.billionths(case when royalty_rank * 10000 <= royalty_left then 1 else 0 end) as royalty_part
  from ranked
)
select
  movement_id,
  creator_id,
  share_bps,
  sum(case when side = 'after' then gross_part else -gross_part end) as gross_amount,
  sum(case when side = 'after' then royalty_part else -royalty_part end) as royalty_amount
from parts
group by movement_id, creator_id, share_bps
