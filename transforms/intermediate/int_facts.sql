-- One row a sale or metered use, with the terms and the platform's fee that were in force when it happened.
with happened as (
  select sale_id as fact_id, 'sale' as fact_kind, license_type, asset_id, developer_id, fn.to_numeric('1') as units, amount as sale_amount, currency as sale_currency, occurred_at, learned_at
  from tantieme.stg_rudder__sales
  union all
  select use_id as fact_id, 'use' as fact_kind, 'metered' as license_type, asset_id, developer_id, units, null as sale_amount, null as sale_currency, occurred_at, learned_at
  from tantieme.stg_rudder__uses
)
select
  happened.fact_id,
  happened.fact_kind,
  happened.license_type,
  happened.asset_id,
  happened.developer_id,
  terms.terms_id,
  fees.fee_bps,
  happened.units,
  case when happened.fact_kind = 'sale' then happened.sale_amount else fn.num_mul(happened.units, terms.rate) end as amount,
  case when happened.fact_kind = 'sale' then happened.sale_currency else terms.currency end as currency,
  happened.occurred_at,
  happened.learned_at
from happened
left join tantieme.int_terms as terms
  on terms.asset_id = happened.asset_id
  and terms.license_type = happened.license_type
  and happened.occurred_at >= terms.valid_from
  and (terms.valid_until is null or happened.occurred_at < terms.valid_until)
left join seeds.platform_fees as fees
  on fees.license_type = happened.license_type
  and fn.date_of(happened.occurred_at) >= fees.effective_from_on
  and (fees.effective_until_on is null or fn.date_of(happened.occurred_at) < fees.effective_until_on)
