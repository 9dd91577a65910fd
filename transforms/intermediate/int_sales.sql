-- One row per sale that is booked in the period or was in suspense before it, with the terms and fee in force when it happened,
-- or the reason why it cannot be booked yet. A licence may be sold while the asset is offered and a consent to some right is in force; a
-- subscription that was started then continues, if the policy says so.
with rated as (
  select
    sales.fact_id as sale_id,
    sales.license_type,
    sales.asset_id,
    sales.developer_id,
    sales.amount,
    sales.currency,
    sales.occurred_at,
    sales.recorded_at,
    sales.suspended_period,
    rates.terms_id,
    rates.fee_bps,
    rates.exception_reason as rate_reason,
    rates.withdrawn_at,
    rates.consents_needed_from_at,
    coalesce(rates.withdrawn_at <= sales.occurred_at, false) as is_withdrawn,
    coalesce(rates.consents_needed_from_at <= sales.occurred_at, false) and consents.asset_id is null as is_without_consent
  from steps.int_first_reports as sales
  left join steps.int_rates as rates
    on rates.asset_id = sales.asset_id
    and rates.license_type = sales.license_type
    and rates.valid_from_at <= sales.occurred_at
    and rates.valid_until_at > sales.occurred_at
  left join steps.int_consents as consents
    on consents.asset_id = sales.asset_id
    and consents.reported_right = 'any'
    and consents.valid_from_at <= sales.occurred_at
    and consents.valid_until_at > sales.occurred_at
  where sales.fact_kind = 'sale' and sales.is_of_period
),
continued as (
  select distinct rated.sale_id
  from rated
  join raw.subscription_started as started
    on started.asset_id = rated.asset_id
    and started.developer_id = rated.developer_id
    and started.timestamp < rated.occurred_at
  left join steps.int_consents as consents
    on consents.asset_id = started.asset_id
    and consents.reported_right = 'any'
    and consents.valid_from_at <= started.timestamp
    and consents.valid_until_at > started.timestamp
  cross join seeds.consent_policy as policy
  where policy.do_licences_continue
    and rated.license_type = 'subscription'
    and (rated.is_withdrawn or rated.is_without_consent)
    and (rated.withdrawn_at is null or started.timestamp < rated.withdrawn_at)
    and (rated.consents_needed_from_at is null or rated.consents_needed_from_at > started.timestamp or consents.asset_id is not null)
)
select
  rated.sale_id,
  rated.license_type,
  rated.asset_id,
  rated.developer_id,
  rated.amount,
  rated.currency,
  rated.occurred_at,
  rated.recorded_at,
  fn.month_of(rated.occurred_at) as earned_period,
  rated.suspended_period,
  rated.terms_id,
  rated.fee_bps,
  case
    when rated.occurred_at < $books_start_at then 'before_first_period'
    when rated.amount is null or rated.amount < 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(rated.amount, currencies.minor_per_unit) then 'amount_too_large'
    when not fn.is_minor(rated.amount, currencies.minor_per_unit) then 'amount_not_minor'
    when rated.terms_id is null then 'terms_missing'
    when rated.rate_reason is not null then rated.rate_reason
    when rated.is_withdrawn and continued.sale_id is null then 'asset_withdrawn'
    when rated.is_without_consent and continued.sale_id is null then 'consent_missing'
    when doubtful.is_suspended then doubtful.exception_reason
  end as exception_reason
from rated
left join seeds.currencies as currencies on currencies.currency = rated.currency
left join continued on continued.sale_id = rated.sale_id
left join steps.int_doubtful_sales as doubtful on doubtful.sale_id = rated.sale_id
