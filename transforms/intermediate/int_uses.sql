-- One row per metered use that falls into the period or was in suspense before it, as first recorded, with its amount by the terms
-- in force when it happened; or with the reason why it cannot be booked yet. Amounts are whole billionths, which is fast and exact.
with reported as (
  select use_id, asset_id, developer_id, units, timestamp as occurred_at, loaded_at as recorded_at, id
  from raw.asset_used
  where use_id is not null
    and (timestamp >= $starts_at or loaded_at >= $late_from_at)
),
first_reported as (
  select *
  from reported
  qualify row_number() over (partition by use_id order by recorded_at, id) = 1
),
booked_before as (
  select reported.use_id
  from first_reported as reported
  join ledger.fact_keys as keys on keys.key_hash = fn.key_hash('use:' || reported.use_id)
  where keys.key_check = fn.key_check('use:' || reported.use_id)
),
candidates as (
  select
    reported.use_id,
    reported.asset_id,
    reported.developer_id,
    fn.try_billionths(reported.units) as units_billionths,
    coalesce(fn.try_billionths(reported.units) is null and fn.try_numeric(reported.units) > 0, false) as is_too_large,
    reported.occurred_at,
    reported.recorded_at,
    cast(null as string) as suspended_period
  from first_reported as reported
  left join booked_before on booked_before.use_id = reported.use_id
  where booked_before.use_id is null and reported.occurred_at < $ends_at
  union all
  select fact_id as use_id, asset_id, developer_id, fn.billionths_of(units) as units_billionths, units is null and exception_reason = 'amount_too_large' as is_too_large, occurred_at, recorded_at, suspended_period
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind = 'use'
),
rated as (
  select
    candidates.*,
    rates.terms_number,
    rates.currency,
    rates.fee_bps,
    rates.rate_billionths,
    rates.is_rate_too_large,
    rates.exception_reason as rate_reason,
    case when candidates.units_billionths >= 0 and rates.rate_billionths >= 0 then fn.billionths_product(candidates.units_billionths, rates.rate_billionths) end as amount_billionths
  from candidates
  left join steps.int_rates as rates
    on rates.asset_id = candidates.asset_id
    and rates.license_type = 'metered'
    and rates.valid_from_at <= candidates.occurred_at
    and rates.valid_until_at > candidates.occurred_at
)
select
  use_id,
  asset_id,
  developer_id,
  units_billionths,
  occurred_at,
  recorded_at,
  case when occurred_at >= $starts_at then $period else fn.month_of(occurred_at) end as earned_period,
  suspended_period,
  terms_number,
  currency,
  fee_bps,
  amount_billionths,
  case
    when occurred_at < $books_start_at then 'before_first_period'
    when units_billionths < 0 or (units_billionths is null and not is_too_large) then 'amount_invalid'
    when rate_billionths < 0 or (terms_number is not null and rate_billionths is null and not coalesce(is_rate_too_large, false)) then 'amount_invalid'
    when terms_number is not null and currency is null then 'currency_unknown'
    when is_too_large or is_rate_too_large or (terms_number is not null and amount_billionths is null) then 'amount_too_large'
    when terms_number is null then 'terms_missing'
    else rate_reason
  end as exception_reason
from rated
