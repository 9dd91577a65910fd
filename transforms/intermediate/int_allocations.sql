-- One row per movement and holder: what the movement gives to or takes from the holder, to a billionth.
-- Most amounts divide without a rest; only the others are ranked by it. A reduction books the difference between what is left for
-- the holder after it and what was booked before it, so a full refund takes back exactly what was earned, to the last billionth.
-- A refund or lost dispute that takes nothing of the price, such as one of tax alone, is allocated to nobody.
-- The correction of a use shares its own difference; that of a balance is between the platform and the creator alone.
with measured as (
  select
    *,
    revenue_event_kind = 'use' and amount_after < amount_before as is_negative,
    case
      when revenue_event_kind <> 'use' then amount_after
      when amount_after < amount_before then amount_before - amount_after
      else amount_after - amount_before
    end as amount
  from steps.int_movements
  where movement_rank = 0 or correction_id is not null or amount_after <> amount_before
),
pools as (
  select
    movement_number,
    sale_id,
    movement_rank,
    is_earlier,
    terms_id,
    currency,
    is_negative,
    amount,
    amount - fn.bps_of(amount, fee_bps) as pool
  from measured
),
held as (
  select pools.movement_number, pools.sale_id, pools.movement_rank, pools.currency, pools.is_negative, pools.amount, pools.pool, holders.creator_id, holders.share_bps
  from pools
  join steps.int_holders as holders on holders.terms_id = pools.terms_id
  where not pools.is_earlier
  union all
  select pools.movement_number, pools.sale_id, pools.movement_rank, pools.currency, pools.is_negative, pools.amount, pools.pool, earlier.creator_id, earlier.share_bps
  from pools
  join steps.int_earlier_shares as earlier on earlier.sale_id = pools.sale_id
  where pools.is_earlier
),
floors as (
  select
    movement_number,
    sale_id,
    movement_rank,
    currency,
    is_negative,
    creator_id,
    share_bps,
    fn.share_floor(amount, share_bps) as gross_floor,
    fn.share_remainder(amount, share_bps) as gross_rest,
    fn.share_floor(pool, share_bps) as royalty_floor,
    fn.share_remainder(pool, share_bps) as royalty_rest
  from held
),
ranked as (
  select
    movement_number,
    creator_id,
    row_number() over (partition by movement_number order by gross_rest desc, creator_id) as gross_rank,
    sum(gross_rest) over (partition by movement_number) as gross_left,
    row_number() over (partition by movement_number order by royalty_rest desc, creator_id) as royalty_rank,
    sum(royalty_rest) over (partition by movement_number) as royalty_left
  from floors
  where gross_rest > 0 or royalty_rest > 0
),
parts as (
  select
    floors.movement_number,
    floors.sale_id,
    floors.movement_rank,
    floors.currency,
    floors.is_negative,
    floors.creator_id,
    floors.share_bps,
    floors.gross_floor + fn.billionths(case when ranked.gross_rank * 10000 <= ranked.gross_left then 1 else 0 end) as gross_amount,
    floors.royalty_floor + fn.billionths(case when ranked.royalty_rank * 10000 <= ranked.royalty_left then 1 else 0 end) as royalty_amount
  from floors
  left join ranked on ranked.movement_number = floors.movement_number and ranked.creator_id = floors.creator_id
),
reduced as (
  select distinct sale_id
  from steps.int_movements
  where movement_rank > 0
)
select
  parts.movement_number,
  parts.creator_id,
  parts.currency,
  parts.share_bps,
  case when parts.is_negative then -parts.gross_amount else parts.gross_amount end as gross_amount,
  case when parts.is_negative then -parts.royalty_amount else parts.royalty_amount end as royalty_amount
from parts
left join reduced on reduced.sale_id = parts.sale_id
where reduced.sale_id is null
union all
select
  parts.movement_number,
  parts.creator_id,
  parts.currency,
  parts.share_bps,
  parts.gross_amount - coalesce(lag(parts.gross_amount) over (partition by parts.sale_id, parts.creator_id order by parts.movement_rank), earlier.gross_amount, 0) as gross_amount,
  parts.royalty_amount - coalesce(lag(parts.royalty_amount) over (partition by parts.sale_id, parts.creator_id order by parts.movement_rank), earlier.royalty_amount, 0) as royalty_amount
from parts
join reduced on reduced.sale_id = parts.sale_id
left join steps.int_earlier_shares as earlier on earlier.sale_id = parts.sale_id and earlier.creator_id = parts.creator_id
union all
select moved.movement_number, adjusted.creator_id, adjusted.currency, 10000 as share_bps, 0 as gross_amount, adjusted.adjustment_amount as royalty_amount
from steps.int_balance_adjustments as adjusted
join steps.int_movements as moved on moved.correction_id = adjusted.correction_id
