-- One row per sale that a refund, a dispute or an outcome of int_reductions is about: what it was booked with, and what is left of it.
-- A sale of the period is rated by it; an earlier one is in the books, with the terms, fee and shares of its own time. The refunds
-- before are those that are neither in the period nor in suspense.
with wanted as (
  select distinct sale_id
  from steps.int_reductions
  where sale_id is not null
),
refunds_before as (
  select refunds.sale_id, sum(refunds.amount) as refunded_amount, cast(count(*) as int64) as refund_count
  from tantieme.stg_rudder__refunds as refunds
  join wanted on wanted.sale_id = refunds.sale_id
  left join steps.int_reductions as reductions on reductions.fact_id = refunds.refund_id and reductions.fact_kind = 'refund'
  where reductions.fact_id is null and refunds.occurred_at < $starts_at
  group by refunds.sale_id
),
earlier as (
  select
    allocations.sale_id,
    max(allocations.terms_id) as terms_id,
    max(allocations.fee_bps) as fee_bps,
    max(allocations.license_type) as license_type,
    max(allocations.asset_id) as asset_id,
    max(allocations.developer_id) as developer_id,
    max(allocations.currency) as currency,
    sum(case when allocations.movement_kind = 'earning' then allocations.gross_amount else 0 end) as amount,
    sum(allocations.gross_amount) as amount_left
  from tantieme.sale_allocations as allocations
  join wanted on wanted.sale_id = allocations.sale_id
  where allocations.period < $period
  group by allocations.sale_id
)
select
  earlier.sale_id,
  earlier.terms_id,
  earlier.fee_bps,
  earlier.license_type,
  earlier.asset_id,
  earlier.developer_id,
  earlier.currency,
  earlier.amount,
  earlier.amount_left,
  coalesce(refunds_before.refunded_amount, 0) as refunded_amount,
  coalesce(refunds_before.refund_count, 0) as refund_count,
  false as is_suspended,
  true as is_earlier
from earlier
left join refunds_before on refunds_before.sale_id = earlier.sale_id
union all
select
  sales.sale_id,
  sales.terms_id,
  sales.fee_bps,
  sales.license_type,
  sales.asset_id,
  sales.developer_id,
  sales.currency,
  sales.amount,
  sales.amount as amount_left,
  0 as refunded_amount,
  0 as refund_count,
  sales.exception_reason is not null as is_suspended,
  false as is_earlier
from steps.int_sales as sales
join wanted on wanted.sale_id = sales.sale_id
