-- One row per row of int_reductions, with the reason why it cannot be booked yet, if there is one. The refunds and lost disputes of a
-- sale are judged one after the other: each counts only if it is booked; those that a correction takes back no longer count. Together
-- they may exceed the sale by less than a minor unit
-- for each of them, which is the most that rounding each can bring about. Of those that exceed it, the first 400 of a sale in a period
-- are judged and the others wait: BigQuery ends a recursion after 500 steps.
with recursive judged as (
  select
    reductions.*,
    currencies.minor_per_unit,
    sales.amount as sale_amount,
    sales.reduced_amount,
    sales.reduction_count,
    case
      when reductions.correction_id is null and reductions.occurred_at < $books_start_at then 'before_first_period'
      when not reductions.is_dispute_known then 'dispute_unknown'
      when reductions.fact_kind = 'outcome' and coalesce(reductions.dispute_outcome, '') not in ('won', 'lost') then 'outcome_unknown'
      when reductions.dispute_outcome = 'won' then null
      when reductions.amount is null or reductions.amount < 0 then 'amount_invalid'
      when currencies.currency is null then 'currency_unknown'
      when not fn.is_bookable(reductions.amount, currencies.minor_per_unit) then 'amount_too_large'
      when not fn.is_minor(reductions.amount, currencies.minor_per_unit) then 'amount_not_minor'
      when sales.sale_id is null and coalesce(voided.is_voided, false) then 'sale_voided'
      when sales.sale_id is null then 'sale_unknown'
      when sales.is_suspended then 'sale_suspended'
      when reductions.currency <> sales.currency then 'currency_differs'
    end as exception_reason
  from steps.int_reductions as reductions
  left join seeds.currencies as currencies on currencies.currency = reductions.currency
  left join steps.int_reduced_sales as sales on sales.sale_id = reductions.sale_id
  left join steps.int_voided_facts as voided on voided.fact_id = reductions.sale_id and voided.fact_kind = 'sale'
),
released as (
  select sale_id, sum(amount) as amount, cast(count(*) as int64) as reduction_count
  from judged
  where is_released and (fact_kind = 'refund' or dispute_outcome = 'lost') and exception_reason is null
  group by sale_id
),
reducing as (
  select
    judged.fact_kind,
    judged.fact_id,
    judged.sale_id,
    judged.amount,
    row_number() over (partition by judged.sale_id order by judged.recorded_at, judged.occurred_at, judged.fact_id, judged.fact_kind desc) as reduction_rank,
    sum(judged.amount) over (partition by judged.sale_id) as amount_together,
    judged.sale_amount - judged.reduced_amount + coalesce(released.amount, 0) as amount_left,
    judged.reduction_count - coalesce(released.reduction_count, 0) as earlier_count,
    judged.minor_per_unit
  from judged
  left join released on released.sale_id = judged.sale_id
  where not judged.is_released and (judged.fact_kind = 'refund' or judged.dispute_outcome = 'lost') and judged.exception_reason is null
),
exceeding as (
  select
    *,
    fn.minor_amount(1, minor_per_unit) as minor_unit,
    amount_left + fn.minor_amount(earlier_count + 1, minor_per_unit) as first_limit
  from reducing
  where amount_together > amount_left
),
limited as (
  select fact_kind, fact_id, sale_id, amount, reduction_rank, minor_unit, first_limit as amount_limit
  from exceeding
  where reduction_rank = 1
  union all
  select
    exceeding.fact_kind,
    exceeding.fact_id,
    exceeding.sale_id,
    exceeding.amount,
    exceeding.reduction_rank,
    exceeding.minor_unit,
    limited.amount_limit + case when limited.amount < limited.amount_limit then limited.minor_unit - limited.amount else 0 end as amount_limit
  from limited
  join exceeding on exceeding.sale_id = limited.sale_id and exceeding.reduction_rank = limited.reduction_rank + 1
  where exceeding.reduction_rank <= 400
)
select
  judged.fact_kind,
  judged.fact_id,
  judged.sale_id,
  judged.amount,
  judged.currency,
  judged.dispute_outcome,
  judged.correction_id,
  judged.is_released,
  judged.occurred_at,
  judged.recorded_at,
  judged.suspended_period,
  case
    when limited.amount >= limited.amount_limit or exceeding.reduction_rank > 400 then 'reduction_exceeds_sale'
    else judged.exception_reason
  end as exception_reason
from judged
left join exceeding on exceeding.fact_id = judged.fact_id and exceeding.fact_kind = judged.fact_kind
left join limited on limited.fact_id = judged.fact_id and limited.fact_kind = judged.fact_kind
