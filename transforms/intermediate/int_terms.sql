-- One row per version of terms, with the interval in which it is in force.
with ordered as (
  select
    *,
    lead(occurred_at) over (partition by asset_id, license_type order by occurred_at, terms_id) as valid_until_at
  from tantieme.stg_rudder__asset_terms
)
select terms_id, asset_id, license_type, rate, currency, occurred_at as valid_from_at, valid_until_at, recorded_at
from ordered
