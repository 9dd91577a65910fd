-- One row per movement of a sale that is booked in the period: the sale itself, a refund, a lost dispute. Reductions of a sale
-- follow each other in the order in which they were recorded. None takes more than is left: they exceed the sale by rounding alone.
with reductions as (
  select
    case when fact_kind = 'refund' then 'refund:' || fact_id else 'dispute:' || fact_id end as movement_id,
    case when fact_kind = 'refund' then 'refund' else 'adjustment' end as movement_kind,
    sale_id,
    amount,
    occurred_at,
    recorded_at,
    earned_period,
    row_number() over (partition by sale_id order by recorded_at, occurred_at, fact_id, fact_kind desc) as movement_rank,
    sum(amount) over (partition by sale_id order by recorded_at, occurred_at, fact_id, fact_kind desc rows between unbounded preceding and current row) as amount_taken
  from steps.int_judged_reductions
  where exception_reason is null and (fact_kind = 'refund' or (fact_kind = 'outcome' and dispute_outcome = 'lost'))
)
select
  'sale:' || sale_id as movement_id,
  'earning' as movement_kind,
  sale_id,
  0 as movement_rank,
  false as is_earlier,
  terms_id,
  fee_bps,
  license_type,
  asset_id,
  developer_id,
  currency,
  0 as amount_before,
  amount as amount_after,
  occurred_at,
  earned_period
from steps.int_sales
where exception_reason is null
union all
select
  reductions.movement_id,
  reductions.movement_kind,
  reductions.sale_id,
  reductions.movement_rank,
  sales.is_earlier,
  sales.terms_id,
  sales.fee_bps,
  sales.license_type,
  sales.asset_id,
  sales.developer_id,
  sales.currency,
  case when reductions.amount_taken - reductions.amount > sales.amount_left then 0 else sales.amount_left - (reductions.amount_taken - reductions.amount) end as amount_before,
  case when reductions.amount_taken > sales.amount_left then 0 else sales.amount_left - reductions.amount_taken end as amount_after,
  reductions.occurred_at,
  reductions.earned_period
from reductions
join steps.int_reduced_sales as sales on sales.sale_id = reductions.sale_id
