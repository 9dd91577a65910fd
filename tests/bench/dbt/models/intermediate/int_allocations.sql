-- One row per movement and holder: price and royalty shared by largest remainder at a billionth. A refund books the difference to what
-- was booked before it.
with pools as (
  select movement_id, movement_id as shared_id, 0 as movement_rank, terms_id, amount, fee_bps
  from {{ ref('int_usage_by_terms') }}
  union all
  select movement_id, sale_id as shared_id, movement_rank, terms_id, amount_after as amount, fee_bps
  from {{ ref('int_sale_movements') }}
),

held as (
  select
    pools.movement_id,
    pools.shared_id,
    pools.movement_rank,
    holders.creator_id,
    holders.share_bps,
    {{ to_billionths('pools.amount') }} as gross,
    {{ to_billionths('pools.amount - ' ~ fee_of('pools.amount', 'pools.fee_bps')) }} as royalty
  from pools
  inner join {{ ref('int_holders') }} as holders on holders.terms_id = pools.terms_id
),

ranked as (
  select
    *,
    row_number() over (partition by movement_id order by (gross * share_bps) % 10000 desc, creator_id) as gross_rank,
    sum((gross * share_bps) % 10000) over (partition by movement_id) as gross_left,
    row_number() over (partition by movement_id order by (royalty * share_bps) % 10000 desc, creator_id) as royalty_rank,
    sum((royalty * share_bps) % 10000) over (partition by movement_id) as royalty_left
  from held
),

parts as (
  select
    *,
    {{ from_billionths('(gross * share_bps) // 10000 + case when gross_rank * 10000 <= gross_left then 1 else 0 end') }} as gross_part,
    {{ from_billionths('(royalty * share_bps) // 10000 + case when royalty_rank * 10000 <= royalty_left then 1 else 0 end') }} as royalty_part
  from ranked
)

select
  movement_id,
  creator_id,
  share_bps,
  gross_part - coalesce(lag(gross_part) over earlier, 0) as gross_amount,
  royalty_part - coalesce(lag(royalty_part) over earlier, 0) as royalty_amount
from parts
window earlier as (partition by shared_id, creator_id order by movement_rank)
