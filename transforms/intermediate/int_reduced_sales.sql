-- One row per sale that is corrected in the period, or that a row of int_reductions is about: what it was booked with, and what is left of
-- it. A sale of the period is rated by it; an earlier one is in the books, with the terms, fee and shares of its own time. The refunds and
-- lost disputes before are those that are neither in the period nor in suspense, and were not void; a repeated report of one may name
-- another sale.
with wanted as (
  select sale_id
  from steps.int_reductions
  where sale_id is not null
  union distinct
  select fact_id as sale_id
  from steps.int_voided_facts
  where fact_kind = 'sale' and was_voided <> is_voided
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
disputed as (
  select distinct disputes.dispute_id
  from raw.dispute_opened as disputes
  join wanted on wanted.sale_id = disputes.sale_id
),
disputes as (
  select disputes.dispute_id, disputes.sale_id, fn.try_numeric(disputes.amount) as amount
  from raw.dispute_opened as disputes
  join disputed on disputed.dispute_id = disputes.dispute_id
  where true
  qualify row_number() over (partition by disputes.dispute_id order by disputes.loaded_at, disputes.id) = 1
),
outcomes as (
  select outcomes.dispute_id, outcomes.dispute_outcome, outcomes.timestamp as occurred_at
  from raw.dispute_closed as outcomes
  join disputed on disputed.dispute_id = outcomes.dispute_id
  where true
  qualify row_number() over (partition by outcomes.dispute_id order by outcomes.loaded_at, outcomes.id) = 1
),
reported as (
  select 'refund' as fact_kind, refund_id as fact_id, sale_id, amount, occurred_at
  from refunds
  union all
  select 'outcome' as fact_kind, outcomes.dispute_id as fact_id, disputes.sale_id, disputes.amount, outcomes.occurred_at
  from outcomes
  join disputes on disputes.dispute_id = outcomes.dispute_id
  where outcomes.dispute_outcome = 'lost'
),
reduced_before as (
  select reported.sale_id, sum(reported.amount) as reduced_amount, cast(count(*) as int64) as reduction_count
  from reported
  left join steps.int_first_reports as due
    on due.fact_id = reported.fact_id and due.fact_kind = reported.fact_kind and due.is_due
  left join steps.int_voided_facts as voided
    on voided.fact_id = reported.fact_id and voided.fact_kind = reported.fact_kind and voided.was_voided
  where due.fact_id is null and voided.fact_id is null and reported.occurred_at < $starts_at
  group by reported.sale_id
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
    max(earned_period) as earned_period,
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
  earlier.earned_period,
  earlier.amount,
  earlier.amount_left,
  coalesce(reduced_before.reduced_amount, 0) as reduced_amount,
  coalesce(reduced_before.reduction_count, 0) as reduction_count,
  false as is_suspended,
  true as is_earlier,
  coalesce(voided.was_voided, false) as was_voided,
  coalesce(voided.is_voided, false) as is_voided
from earlier
left join reduced_before on reduced_before.sale_id = earlier.sale_id
left join steps.int_voided_facts as voided on voided.fact_id = earlier.sale_id and voided.fact_kind = 'sale'
union all
select
  sales.sale_id,
  sales.terms_id,
  sales.fee_bps,
  sales.license_type,
  sales.asset_id,
  sales.developer_id,
  sales.currency,
  sales.earned_period,
  sales.amount,
  sales.amount as amount_left,
  0 as reduced_amount,
  0 as reduction_count,
  sales.exception_reason is not null as is_suspended,
  false as is_earlier,
  false as was_voided,
  false as is_voided
from steps.int_sales as sales
join wanted on wanted.sale_id = sales.sale_id
