-- One row per metered use that falls into the period or was in suspense before it, as first recorded, with its amount by the terms
-- in force when it happened; or with the reason why it cannot be booked yet. Amounts are whole billionths, which is fast and exact.
-- The first report of a use may be in an open period before, whose draft has it; a report without a time is none.
-- One that is void by the end of the period is marked, and not booked; of one that is void in part, the rest is.
-- Where and when a use happened is kept only of those that cannot be booked: the others are summed up.
with first_reported as (
  select
    reported.use_id,
    reported.asset_id,
    reported.developer_id,
    reported.units as reported_units,
    reported.usage_right as reported_right,
    reported.timestamp as occurred_at,
    reported.loaded_at as recorded_at
  from raw.asset_used as reported
  left join steps.int_repeated_uses as repeated on repeated.use_id = reported.use_id and repeated.report_rank = 1
  where reported.use_id is not null
    and reported.timestamp is not null
    and repeated.use_id is null
    and (reported.timestamp >= $open_from_at or reported.loaded_at >= $open_late_from_at)
  union all
  select use_id, asset_id, developer_id, reported_units, reported_right, occurred_at, recorded_at
  from steps.int_repeated_uses
  where report_rank = 1 and not was_booked
),
candidates as (
  select
    use_id,
    asset_id,
    developer_id,
    fn.try_billionths(reported_units) as units_billionths,
    reported_units,
    false as was_too_large,
    reported_right,
    occurred_at,
    recorded_at,
    cast(null as string) as suspended_period
  from first_reported
  where occurred_at < $ends_at
    and (occurred_at >= $starts_at or recorded_at >= $late_from_at)
  union all
  select fact_id as use_id, asset_id, developer_id, fn.billionths_of(units) as units_billionths, cast(null as string) as reported_units, units is null and exception_reason = 'amount_too_large' as was_too_large, reported_right, occurred_at, recorded_at, suspended_period
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind = 'use'
),
corrected as (
  select use_id, is_voided, max(fn.billionths_of(units_left)) as units_billionths
  from steps.int_corrected_uses
  group by use_id, is_voided
),
due as (
  select
    candidates.use_id,
    candidates.asset_id,
    candidates.developer_id,
    coalesce(corrected.units_billionths, candidates.units_billionths) as units_billionths,
    candidates.was_too_large
      or case when candidates.units_billionths is null then coalesce(fn.try_numeric(candidates.reported_units) > 0, false) else false end as is_too_large,
    candidates.reported_right,
    candidates.occurred_at,
    candidates.recorded_at,
    candidates.suspended_period,
    coalesce(corrected.is_voided, false) as is_voided
  from candidates
  left join corrected on corrected.use_id = candidates.use_id
),
rated as (
  select
    due.*,
    rates.terms_number,
    rates.currency,
    rates.fee_bps,
    rates.rate_billionths,
    rates.is_rate_too_large,
    rates.exception_reason as rate_reason,
    coalesce(rates.withdrawn_at <= due.occurred_at, false) as is_withdrawn,
    coalesce(rates.consents_needed_from_at <= due.occurred_at, false) and consents.asset_id is null as is_without_consent,
    case when due.units_billionths >= 0 and rates.rate_billionths >= 0 then fn.billionths_product(due.units_billionths, rates.rate_billionths) end as amount_billionths
  from due
  left join steps.int_rates as rates
    on rates.asset_id = due.asset_id
    and rates.license_type = 'metered'
    and rates.valid_from_at <= due.occurred_at
    and rates.valid_until_at > due.occurred_at
  left join steps.int_consents as consents
    on consents.asset_id = due.asset_id
    and consents.reported_right = due.reported_right
    and consents.valid_from_at <= due.occurred_at
    and consents.valid_until_at > due.occurred_at
),
judged as (
  select
    *,
    case
      when occurred_at < $books_start_at then 'before_first_period'
      when units_billionths < 0 or (units_billionths is null and not is_too_large) then 'amount_invalid'
      when rate_billionths < 0 or (terms_number is not null and rate_billionths is null and not coalesce(is_rate_too_large, false)) then 'rate_invalid'
      when terms_number is not null and currency is null then 'currency_unknown'
      when is_too_large or is_rate_too_large or (terms_number is not null and amount_billionths is null) then 'amount_too_large'
      when terms_number is null then 'terms_missing'
      when rate_reason is not null then rate_reason
      when is_withdrawn then 'asset_withdrawn'
      when is_without_consent then 'consent_missing'
    end as exception_reason
  from rated
)
select
  use_id,
  case when exception_reason is not null then asset_id end as asset_id,
  developer_id,
  units_billionths,
  case when exception_reason is not null then reported_right end as reported_right,
  case when exception_reason is not null then occurred_at end as occurred_at,
  case when exception_reason is not null then recorded_at end as recorded_at,
  case when occurred_at >= $starts_at then $period else fn.month_of(occurred_at) end as earned_period,
  suspended_period,
  terms_number,
  currency,
  fee_bps,
  amount_billionths,
  is_voided,
  exception_reason
from judged
