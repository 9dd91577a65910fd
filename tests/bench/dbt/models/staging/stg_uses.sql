-- One row per metered use, as first reported.
with first_reported as (
  select *
  from {{ source('raw', 'asset_used') }}
  where use_id is not null
  qualify row_number() over (partition by use_id order by loaded_at, id) = 1
)

select
  use_id,
  asset_id,
  developer_id,
  try_cast(units as decimal(18, 9)) as units,
  timestamp as occurred_at
from first_reported
