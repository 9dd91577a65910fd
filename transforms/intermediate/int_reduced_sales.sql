-- One row per sale that a refund, a dispute or an outcome of int_reductions is about: what it was booked with, and what is left of it.
-- A sale of the period is rated by it; an earlier one is in the books, with the terms, fee and shares of its own time. The refunds
-- before are those that are neither in the period nor in suspense; a repeated report of a refund may name another sale.
with wanted as (
  select distinct sale_id
  from steps.int_reductions
  where sale_id is not null
),
refunded as (
  select distinct refunds.refund_id
  from raw.license_refunded as refunds
  join wanted on wanted.sale_id = refunds.sale_id
),
refunds as (
  select refunds.refund_id, refunds.sale_id, fn.try_numeric(refunds.amount) as amount, refunds.timestamp as occurred_at
  from raw.license_refunded as refunds
  join refunded on refunded.refund_id = refunds.refund_id
  where true
  qualify row_number() over (partition by refunds.refund_id order by refunds.loaded_at, refunds.id) = 1
),
refunds_before as (
  select refunds.sale_id, sum(refunds.amount) as refunded_amount, cast(count(*) as int64) as refund_count
  from refunds
  left join steps.int_reductions as reductions on reductions.fact_id = refunds.refund_id and reductions.fact_kind = 'refund'
  where reductions.fact_id is null and refunds.occurred_at < $starts_at
  group by refunds.sale_id
),
earlier as (
  select
    sale_id,
    max(terms_id) as terms_id,
    max(fee_bps) as fee_bps,
    max(license_type) as license_type,
    max(asset_id) as asset_id,
    max(developer_id) as developer_id,
    max(currency) as currency,
    sum(amount) as amount,
    sum(gross_amount) as amount_left
  from steps.int_earlier_shares
  group by sale_id
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
