-- One row per sale or metered use, with the terms and the platform's fee in force when it happened.
-- For a closed period the terms are those recorded before its cutoff, so what is recorded later changes nothing in it.
with happened as (
  select sale_id as revenue_event_id, 'sale' as revenue_event_kind, license_type, asset_id, developer_id, fn.to_numeric('1') as units, amount as sale_amount, currency as sale_currency, occurred_at, recorded_at
  from tantieme.stg_rudder__sales
  union all
  select use_id as revenue_event_id, 'use' as revenue_event_kind, 'metered' as license_type, asset_id, developer_id, units, null as sale_amount, null as sale_currency, occurred_at, recorded_at
  from tantieme.stg_rudder__uses
),
candidates as (
  select
    happened.*,
    terms.terms_id,
    terms.rate,
    terms.currency as terms_currency,
    row_number() over (partition by happened.revenue_event_id order by terms.valid_from_at desc, terms.terms_id desc) as terms_rank
  from happened
  left join tantieme.int_period_assignments as assignments on assignments.assigned_id = happened.revenue_event_id and assignments.assigned_kind = happened.revenue_event_kind
  left join ledger.closes as closes on closes.period = assignments.period
  left join tantieme.int_terms as terms
    on terms.asset_id = happened.asset_id
    and terms.license_type = happened.license_type
    and terms.valid_from_at <= happened.occurred_at
    and terms.recorded_at < coalesce(closes.cutoff_at, timestamp '9999-12-31 00:00:00+00')
)
select
  candidates.revenue_event_id,
  candidates.revenue_event_kind,
  candidates.license_type,
  candidates.asset_id,
  candidates.developer_id,
  candidates.terms_id,
  fees.fee_bps,
  candidates.units,
  case when candidates.revenue_event_kind = 'sale' then candidates.sale_amount else fn.num_mul(candidates.units, candidates.rate) end as amount,
  case when candidates.revenue_event_kind = 'sale' then candidates.sale_currency else candidates.terms_currency end as currency,
  candidates.occurred_at,
  candidates.recorded_at
from candidates
left join seeds.platform_fees as fees
  on fees.license_type = candidates.license_type
  and fn.date_of(candidates.occurred_at) >= fees.effective_from_on
  and (fees.effective_until_on is null or fn.date_of(candidates.occurred_at) < fees.effective_until_on)
where candidates.terms_rank = 1
