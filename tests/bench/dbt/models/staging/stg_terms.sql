-- One row per version of terms, as first reported.
with first_reported as (
  select *
  from {{ source('raw', 'asset_published') }}
  where terms_id is not null
  qualify row_number() over (partition by terms_id order by loaded_at, id) = 1
)

select
  terms_id,
  asset_id,
  license_type,
  try_cast(rate as decimal(18, 9)) as rate,
  currency,
  splits,
  timestamp as occurred_at
from first_reported
