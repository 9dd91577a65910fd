-- One row per sale that is booked in the period or was in suspense before it, with the terms and fee in force when it happened,
-- or the reason why it cannot be booked yet.
select
  sales.fact_id as sale_id,
  sales.license_type,
  sales.asset_id,
  sales.developer_id,
  sales.amount,
  sales.currency,
  sales.occurred_at,
  sales.recorded_at,
  fn.month_of(sales.occurred_at) as earned_period,
  sales.suspended_period,
  rates.terms_id,
  rates.fee_bps,
  case
    when sales.occurred_at < $books_start_at then 'before_first_period'
    when sales.amount is null or sales.amount < 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(sales.amount) then 'amount_too_large'
    when not fn.is_minor(sales.amount, currencies.minor_per_unit) then 'amount_not_minor'
    when rates.terms_id is null then 'terms_missing'
    else rates.exception_reason
  end as exception_reason
from steps.int_first_reports as sales
left join seeds.currencies as currencies on currencies.currency = sales.currency
left join steps.int_rates as rates
  on rates.asset_id = sales.asset_id
  and rates.license_type = sales.license_type
  and rates.valid_from_at <= sales.occurred_at
  and rates.valid_until_at > sales.occurred_at
where sales.fact_kind = 'sale' and sales.is_of_period
