-- One row per movement of a sale that is booked in the period: the sale itself, a refund, a lost dispute, a correction. What is left of a
-- sale is its amount less its refunds and lost disputes that are not void, and nothing while the sale itself is void; a movement is the
-- change of what is left. First come reductions that a correction takes back, then the void of the sale, then reductions in the order in
-- which they were recorded. None takes more than is left: they exceed the sale by rounding alone. All were earned when the sale was.
with changes as (
  select
    case
      when correction_id is not null then 'correction:' || correction_id
      when fact_kind = 'refund' then 'refund:' || fact_id
      else 'dispute:' || fact_id
    end as movement_id,
    case when fact_kind = 'refund' and correction_id is null then 'refund' else 'adjustment' end as movement_kind,
    correction_id,
    sale_id,
    fact_kind,
    fact_id,
    case when is_released then 1 else 3 end as change_group,
    case when is_released then -amount else amount end as amount,
    occurred_at,
    recorded_at
  from steps.int_judged_reductions
  where exception_reason is null and (fact_kind = 'refund' or (fact_kind = 'outcome' and dispute_outcome = 'lost'))
  union all
  select
    'correction:' || correction_id as movement_id,
    'adjustment' as movement_kind,
    correction_id,
    fact_id as sale_id,
    fact_kind,
    fact_id,
    2 as change_group,
    0 as amount,
    occurred_at,
    recorded_at
  from steps.int_voided_facts
  where fact_kind = 'sale' and was_voided <> is_voided
),
ranked as (
  select
    *,
    row_number() over (partition by sale_id order by change_group, recorded_at, occurred_at, fact_id, fact_kind desc) as movement_rank,
    sum(amount) over (partition by sale_id order by change_group, recorded_at, occurred_at, fact_id, fact_kind desc rows between unbounded preceding and current row) as amount_taken
  from changes
),
reduced as (
  select
    sale_id,
    case
      when was_voided then reduced_amount
      when amount_left > 0 or reduced_amount < amount then amount - amount_left
      else reduced_amount
    end as reduced_amount
  from steps.int_reduced_sales
)
select
  'sale:' || sale_id as movement_id,
  'earning' as movement_kind,
  cast(null as string) as correction_id,
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
  ranked.movement_id,
  ranked.movement_kind,
  ranked.correction_id,
  ranked.sale_id,
  ranked.movement_rank,
  sales.is_earlier,
  sales.terms_id,
  sales.fee_bps,
  sales.license_type,
  sales.asset_id,
  sales.developer_id,
  sales.currency,
  case
    when case when ranked.change_group < 3 then sales.was_voided else sales.is_voided end then 0
    when reduced.reduced_amount + ranked.amount_taken - ranked.amount > sales.amount then 0
    else sales.amount - (reduced.reduced_amount + ranked.amount_taken - ranked.amount)
  end as amount_before,
  case
    when case when ranked.change_group < 2 then sales.was_voided else sales.is_voided end then 0
    when reduced.reduced_amount + ranked.amount_taken > sales.amount then 0
    else sales.amount - (reduced.reduced_amount + ranked.amount_taken)
  end as amount_after,
  ranked.occurred_at,
  sales.earned_period
from ranked
join steps.int_reduced_sales as sales on sales.sale_id = ranked.sale_id
join reduced on reduced.sale_id = ranked.sale_id
where sales.is_earlier or ranked.change_group = 3
