-- One row per correction of a use that is booked already, with the period that credited it and the change of its amount, at the terms and fee by which it
-- was booked: those that were recorded before the closing which booked it. A use that was in suspense was booked in the period after.
with of_period as (
  select use_id
  from steps.int_uses
  where use_id in (select use_id from steps.int_corrected_uses)
),
corrected as (
  select corrections.*
  from steps.int_corrected_uses as corrections
  left join of_period as uses on uses.use_id = corrections.use_id
  where uses.use_id is null
),
named as (
  select distinct use_id
  from corrected
),
suspended as (
  select facts.fact_id as use_id, max(facts.period) as period
  from tantieme.suspended_facts as facts
  join named on named.use_id = facts.fact_id
  where facts.period < $period and facts.fact_kind = 'use'
  group by facts.fact_id
),
booked as (
  select named.use_id, coalesce(closed_after.next_period, keys.period) as period
  from named
  left join suspended on suspended.use_id = named.use_id
  left join ledger.closes as closed_after on closed_after.period = suspended.period
  left join ledger.fact_keys as keys
    on keys.key_hash = fn.key_hash('use:' || named.use_id) and keys.key_check = fn.key_check('use:' || named.use_id) and keys.period < $period
),
cutoffs as (
  select booked.use_id, booked.period as credited_period, coalesce(closes.cutoff_at, timestamp '9999-12-31 00:00:00+00') as cutoff_at
  from booked
  left join ledger.closes as closes on closes.period = booked.period
),
terms_of_corrected as (
  select terms_id, asset_id, license_type, currency, rate, valid_from_at, recorded_at, exception_reason
  from steps.int_terms
  where license_type = 'metered' and asset_id in (select asset_id from corrected)
),
rated as (
  select
    corrected.*,
    cutoffs.credited_period,
    terms.terms_id,
    terms.currency,
    fn.billionths_of(terms.rate) as rate_billionths,
    fees.fee_bps,
    case when fees.fee_bps is null then 'fee_missing' else terms.exception_reason end as rate_reason
  from corrected
  join cutoffs on cutoffs.use_id = corrected.use_id
  left join terms_of_corrected as terms
    on terms.asset_id = corrected.asset_id
    and terms.valid_from_at <= corrected.used_at
    and terms.recorded_at < cutoffs.cutoff_at
  left join steps.int_fees as fees
    on fees.license_type = terms.license_type and fees.valid_from_at <= corrected.used_at and fees.valid_until_at > corrected.used_at
  where true
  qualify row_number() over (partition by corrected.use_id, corrected.correction_id order by terms.valid_from_at desc, terms.terms_id desc) = 1
),
priced as (
  select
    *,
    case when units_before >= 0 and rate_billionths >= 0 then fn.billionths_product(fn.billionths_of(units_before), rate_billionths) end as before_billionths,
    case when units_after >= 0 and rate_billionths >= 0 then fn.billionths_product(fn.billionths_of(units_after), rate_billionths) end as after_billionths
  from rated
)
select
  use_id,
  correction_id,
  asset_id,
  developer_id,
  terms_id,
  fee_bps,
  currency,
  units_after - units_before as units,
  fn.billionths(before_billionths) as amount_before,
  fn.billionths(after_billionths) as amount_after,
  fn.month_of(used_at) as earned_period,
  credited_period,
  occurred_at,
  case
    when exception_reason is not null then exception_reason
    when terms_id is null then 'terms_missing'
    when rate_reason is not null then rate_reason
    when currency is null then 'currency_unknown'
    when before_billionths is null or after_billionths is null then 'amount_invalid'
  end as exception_reason
from priced
