-- One row per holder of a sale of an earlier period that is corrected in the period, or that a row of int_reductions is about: the terms and
-- fee with which the sale was booked, what the holder was given of its price (amount), and what is left of it (gross_amount, royalty_amount).
with wanted as (
  select sale_id
  from steps.int_reductions
  where sale_id is not null
  union distinct
  select fact_id as sale_id
  from steps.int_voided_facts
  where fact_kind = 'sale' and was_voided <> is_voided
)
select
  allocations.sale_id,
  allocations.creator_id,
  allocations.share_bps,
  max(allocations.terms_id) as terms_id,
  max(allocations.fee_bps) as fee_bps,
  max(allocations.license_type) as license_type,
  max(allocations.asset_id) as asset_id,
  max(allocations.developer_id) as developer_id,
  max(allocations.currency) as currency,
  max(case when allocations.movement_kind = 'earning' then allocations.earned_period end) as earned_period,
  sum(case when allocations.movement_kind = 'earning' then allocations.gross_amount else 0 end) as amount,
  sum(allocations.gross_amount) as gross_amount,
  sum(allocations.royalty_amount) as royalty_amount
from tantieme.sale_allocations as allocations
join wanted on wanted.sale_id = allocations.sale_id
where allocations.period < $period
group by allocations.sale_id, allocations.creator_id, allocations.share_bps
