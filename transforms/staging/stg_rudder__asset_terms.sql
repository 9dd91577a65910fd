-- One row per version of terms, as first recorded.
with first_recorded as (
  select *
  from raw.asset_published
  where terms_id is not null
  qualify row_number() over (partition by terms_id order by loaded_at, id) = 1
)
select
  terms_id,
  asset_id,
  creator_id,
  license_type,
  fn.try_numeric(rate) as rate,
  currency,
  splits,
  timestamp as occurred_at,
  received_at,
  loaded_at as recorded_at
from first_recorded
