-- One row per sale that is booked in the period or was in suspense before it, with the terms and fee in force when it happened,
-- or the reason why it cannot be booked yet.
with candidates as (
  select sales.*, suspended.suspended_period
  from tantieme.stg_rudder__sales as sales
  left join tantieme.suspended_facts as suspended
    on suspended.fact_id = sales.sale_id and suspended.fact_kind = 'sale' and suspended.period = $previous_period
  where suspended.fact_id is not null
    or (sales.occurred_at < $ends_at and (sales.occurred_at >= $starts_at or sales.recorded_at >= $late_from_at))
)
select
  candidates.sale_id,
  candidates.license_type,
  candidates.asset_id,
  candidates.developer_id,
  candidates.amount,
  candidates.currency,
  candidates.occurred_at,
  candidates.recorded_at,
  fn.month_of(candidates.occurred_at) as earned_period,
  candidates.suspended_period,
  rates.terms_id,
  rates.fee_bps,
  case
    when candidates.occurred_at < $books_start_at then 'before_first_period'
    when candidates.amount is null or candidates.amount < 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(candidates.amount) then 'amount_too_large'
    when not fn.is_minor(candidates.amount, currencies.minor_per_unit) then 'amount_not_minor'
    when rates.terms_id is null then 'terms_missing'
    else rates.exception_reason
  end as exception_reason
from candidates
left join seeds.currencies as currencies on currencies.currency = candidates.currency
left join steps.int_rates as rates
  on rates.asset_id = candidates.asset_id
  and rates.license_type = candidates.license_type
  and rates.valid_from_at <= candidates.occurred_at
  and rates.valid_until_at > candidates.occurred_at
